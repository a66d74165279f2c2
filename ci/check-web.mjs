// check-web.mjs BROWSER RESULTS FOLDER EDITED BROKEN - what ci/check-web asks of the page, as TAP. RESULTS: the names of all
// results, with spaces between; FOLDER is the page; EDITED another whose golden has one digit changed; BROKEN a third that
// lacks the program. Each kind of check is followed by its twin, which spoils what it looks at and must find that out.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { argv, exit, stdout } from 'node:process';
import { Browser } from './browser.mjs';

const [program, names, ...folders] = argv.slice(2);
const [whole, edited, broken] = folders.map(folder => `file://${resolve(folder)}/index.html`);
let points = 0, failures = 0;

function check(good, name, found = '') {
    points++;
    failures += !good;
    stdout.write(`${good ? 'ok' : 'not ok'} ${points} - ${name}\n${good ? '' : `# ${JSON.stringify(found)}\n`}`);
}

// ---- what is asked of a page ----

const panel = result => `marlgold.panels.find(panel => panel.result === '${result}')`;

// Runs a result by its button, and tells what is then to be seen.
function run(page, result, flipped = false) {
    return page.value(`(async () => {
        const panel = ${panel(result)};
        await panel.${flipped ? 'flip' : 'run'}.onclick();
        const codes = [...panel.digests.querySelectorAll('code')].map(code => code.textContent);
        return { verdict: panel.verdict.textContent, colour: panel.verdict.querySelector('span').className,
            here: codes[0], golden: codes[1], tasks: panel.rows.querySelectorAll('tr').length, wanted: panel.golden.length,
            wrong: panel.rows.querySelectorAll('tr.bad').length };
    })()`);
}

const isGreen = seen => seen.colour === 'same' && /^[0-9a-f]{32}$/.test(seen.here) && seen.here === seen.golden &&
    seen.tasks === seen.wanted && seen.tasks > 0 && seen.wrong === 0;
const isLocated = (seen, task) => seen.colour === 'differs' && seen.wrong === 1 &&
    new RegExp(`trail.csv: ${task}, checkpoint 1, \\w+: digest is [0-9a-f]{32} in golden, [0-9a-f]{32} in this run`)
        .test(seen.verdict);

const overflow = page => page.value('document.documentElement.scrollWidth - 390');

// Tabs until the element has the focus; how many, or 0 where it never comes.
async function tabTo(page, which, most = 80) {
    for (let count = 1; count <= most; count++) {
        await page.press('Tab', 9);
        if (await page.value(`document.activeElement === ${which}`)) return count;
    }
    return 0;
}

const settled = () => new Promise(done => setTimeout(done, 400)); // colours take a moment

async function until(page, condition, seconds) {
    for (const end = Date.now() + 1000 * seconds; Date.now() < end;) {
        if (await page.value(condition)) return true;
        await new Promise(done => setTimeout(done, 50));
    }
    return false;
}

// Contrast of an element's letters on what lies behind them, by WCAG.
const contrast = (page, element) => page.value(`(() => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
        .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
    document.getAnimations().forEach(animation => animation.finish());
    let behind = ${element};
    const ink = light(numbers(getComputedStyle(behind).color));
    while ((numbers(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) behind = behind.parentElement;
    const ground = light(numbers(getComputedStyle(behind).backgroundColor));
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
})()`);

// ---- the checks ----

async function everyResult(page) {
    const results = names.split(' ').filter(name => name), offered = () => page.value('marlgold.panels.map(panel => panel.result)');
    const all = panels => results.length > 0 && [...panels].sort().join() === [...results].sort().join();
    check(all(await offered()), `each of ${results.length} results has its button`, await offered());
    check(!all((await offered()).slice(1)), 'twin: without the first one it is missed');
    for (const result of results) {
        const seen = await run(page, result);
        check(isGreen(seen), `${result} is green`, seen);
        console.log(`# ${result}: ${seen.verdict}`);
        await page.value(`${panel(result)}.tasks.open = true`); // for what follows, which looks at widths
    }
    check(!isGreen({ ...await run(page, 'metagrad-escape'), here: '0' }), 'twin: a digest that is not golden\'s is not green');
    const asked = page.requests.filter(address => !/^(file|blob|data):/.test(address));
    check(asked.length === 0 && page.requests.length > 0, 'nothing was asked of a network', asked);
    await page.value("fetch('http://127.0.0.1:9/').catch(() => 0)");
    check(page.requests.some(address => !/^(file|blob|data):/.test(address)), 'twin: a request is seen');
}

async function flippedBits(page) {
    for (const [result, task] of [['lio-ipd', 'lio/0'], ['metagrad-escape', 'metagrad/er-2-1/0']]) {
        const seen = await run(page, result, true);
        check(isLocated(seen, task), `one flipped bit in ${result} is red and located`, seen);
        check(!isLocated(await run(page, result), task), `twin: without it ${result} is not`);
    }
    await page.go(edited);
    const seen = await run(page, 'metagrad-escape');
    check(seen.colour === 'differs' && /trail\.csv:2,/.test(seen.verdict) && seen.here !== seen.golden,
        'twin: one digit of golden makes it red, and its line is named', seen);
}

async function narrow(page) {
    await page.size(390);
    check(await overflow(page) <= 0, 'at 390 pixels nothing is wider than the page, everything shown', await overflow(page));
    await page.value(`${panel('lio-ipd')}.element.append(Object.assign(document.createElement('p'), { id: 'wide',
        textContent: 'wide', style: 'width: 500px' }))`);
    check(await overflow(page) > 0, 'twin: something wider is found');
    await page.value("document.getElementById('wide').remove()");
}

async function colours(page) {
    const parts = { 'a button': '.run', 'the verdict': '.verdict.querySelector("span")', 'a digest': '.rows.querySelector("code")',
        'a task': '.rows.querySelector("th")' };
    for (const scheme of ['light', 'dark']) {
        await page.media({ 'prefers-color-scheme': scheme });
        await settled();
        for (const [name, part] of Object.entries(parts)) {
            const found = await contrast(page, panel('lio-ipd') + part);
            check(found >= 4.5, `${name} can be read, ${scheme}`, found);
        }
    }
    await page.value(`${panel('lio-ipd')}.run.style.color = '#666'`);
    check(await contrast(page, panel('lio-ipd') + '.run') < 4.5, 'twin: pale letters are found');
    await page.value(`${panel('lio-ipd')}.run.style.color = ''`);
}

async function motion(page) {
    const moves = `(() => {
        ${panel('lio-ipd')}.draw();
        return document.getAnimations().map(moving => moving.animationName || moving.transitionProperty);
    })()`;
    await page.media({}); // a change of colours before is over
    await page.value('document.getAnimations().forEach(animation => animation.finish())');
    await page.media({ 'prefers-reduced-motion': 'reduce' });
    await settled();
    const moving = await page.value(moves);
    check(moving.length === 0, 'with reduced motion nothing moves', moving);
    await page.media({ 'prefers-reduced-motion': 'no-preference' });
    check((await page.value(moves)).includes('appear'), 'twin: without, curves appear');
}

async function keyboard(page) {
    await page.go(whole);
    const at = panel('lio-ipd');
    check(await tabTo(page, at + '.run') > 0, 'the button is reached by Tab');
    check(await page.value("getComputedStyle(document.activeElement).outlineStyle !== 'none'"), 'and is seen to be');
    await page.press('Enter', 13, '\r');
    check(await until(page, `!!${at}.stop`, 20), 'Enter starts it');
    await page.press('Enter', 13, '\r');
    check(await until(page, `${at}.verdict.textContent.includes('Stopped')`, 5), 'and stops it');
    await page.press(' ', 32, ' ');
    check(await until(page, `!${at}.stop && ${at}.verdict.querySelector('.same')`, 120), 'the space bar runs it, to green');
    check(await tabTo(page, at + '.metric', 4) > 0, 'the curves\' choice is the next but one');
    check(await tabTo(page, at + '.count', 4) > 0, 'the tasks come after it');
    check(await page.value(`document.activeElement.parentElement.open`) === false, 'they are folded');
    await page.press('Enter', 13, '\r');
    check(await page.value(`document.activeElement.parentElement.open`), 'and Enter unfolds them');
    await page.value(`(${at}.run.tabIndex = -1, document.activeElement.blur())`);
    await page.go(whole);
    await page.value(`${at}.run.tabIndex = -1`);
    check(await tabTo(page, at + '.run', 40) === 0, 'twin: a button out of reach is not reached');
}

// From a server, as the page proposes.
async function served(page, folder) {
    const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
    const server = createServer((request, answer) => {
        const name = basename(request.url), there = existsSync(`${folder}/${name}`);
        answer.writeHead(there ? 200 : 404, { 'Content-Type': types[name.split('.').pop()] || 'text/plain' });
        answer.end(there ? readFileSync(`${folder}/${name}`) : '');
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    await page.go(`http://127.0.0.1:${server.address().port}/index.html`);
    const seen = await run(page, 'metagrad-escape');
    check(isGreen(seen), 'from a server it is green too', seen);
    server.close();
    server.closeAllConnections();
}

async function brokenPage(page) {
    await page.go(broken);
    const said = await page.value(`(async () => {
        const panel = ${panel('metagrad-escape')};
        await panel.run.onclick();
        return panel.verdict.textContent;
    })()`);
    check(/not run.*did not read file:.*python3 -m http\.server/.test(said), 'where a file cannot be read it says so', said);
}

async function withoutSimd(program) {
    const browser = await Browser.start(program, ['--js-flags=--no-enable-sse3 --no-enable-ssse3 --no-enable-sse4-1']);
    const page = await browser.open(whole);
    check(await page.value('instructionSet()') === 'scalar', 'a browser without simd128 is told by what it validates');
    for (const result of ['lio-ipd', 'metagrad-escape']) {
        const seen = await run(page, result);
        check(isGreen(seen) && seen.verdict.includes('scalar'), `${result} is green there`, seen);
        console.log(`# ${result}: ${seen.verdict}`);
    }
    const failed = await page.value("readPart('marlgold-simd128').then(WebAssembly.compile).then(() => '', error => error.name)");
    check(failed === 'CompileError', 'twin: the other program does not compile there', failed);
    await browser.end();
}

async function main() {
    const browser = await Browser.start(program);
    const page = await browser.open(whole);
    check(await page.value('instructionSet()') === 'simd128', 'this browser has simd128');
    await everyResult(page);
    await narrow(page);
    await colours(page);
    await motion(page);
    await flippedBits(page);
    await keyboard(page);
    await served(page, folders[0]);
    await brokenPage(page);
    await browser.end();
    await withoutSimd(program);
    console.log(`1..${points}`);
    exit(failures ? 1 : 0);
}

main().catch(error => {
    console.log(`not ok ${points + 1} - ${error.stack.replace(/\n/g, ' ')}`);
    exit(1);
});
