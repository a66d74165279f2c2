// page.js - what `make web` adds to the report: in the section of each result a button that computes its quick profile on this
// device and holds every digest against golden's; above, one that does so for all.
//
// What lies beside the page comes in as scripts (pack says how), since a page opened from file:// may read nothing else; the
// worker starts from a text. marlgold.results: names. marlgold.parts: what has come in, by name.
'use strict';

const SERVER = 'In this folder run python3 -m http.server, then open http://localhost:8000/.';
// (module (func (result v128) i32.const 0 i8x16.splat)): valid where there is simd128.
const SIMD128 = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];

// ---- files beside the page ----

function addScript(name) {
    return new Promise((done, failed) => {
        const script = document.createElement('script');
        script.src = name + '.js';
        script.onload = done;
        script.onerror = () => failed(new Error(`This browser did not read ${script.src}. ${SERVER}`));
        document.head.append(script);
    });
}

// Bytes of a part: gzip in base64.
async function readPart(name) {
    if (!marlgold.parts[name]) await addScript(name);
    const packed = Uint8Array.from(atob(marlgold.parts[name]), letter => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The files of a result are one text: "PATH LENGTH\n", then so many bytes, then the next.
function splitFiles(bytes) {
    const decoder = new TextDecoder(), files = {};
    for (let at = 0; at < bytes.length;) {
        const end = bytes.indexOf(10, at), [path, length] = decoder.decode(bytes.subarray(at, end)).split(' ');
        files[path] = decoder.decode(bytes.subarray(end + 1, end + 1 + Number(length)));
        at = end + 1 + Number(length);
    }
    return files;
}

function lacking() {
    const wanted = { WebAssembly: self.WebAssembly, workers: self.Worker, BigInt: self.BigInt,
        DecompressionStream: self.DecompressionStream };
    return Object.keys(wanted).filter(name => !wanted[name]);
}

function instructionSet() {
    return WebAssembly.validate(new Uint8Array(SIMD128)) ? 'simd128' : 'scalar';
}

function startWorker(source) {
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    try {
        return new Worker(address);
    } catch (thrown) {
        throw new Error(`This browser starts no worker here (${thrown.message}). ${SERVER}`);
    } finally {
        URL.revokeObjectURL(address);
    }
}

// ---- a result's panel ----

function make(name, attributes, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key in made) made[key] = value;
        else made.setAttribute(key, value);
    }
    made.append(...inside);
    return made;
}

function button(words, result, pressed) {
    return make('button', { type: 'button', onclick: pressed, 'aria-label': `${words}: ${result}` }, words);
}

// A sign, a word and a colour, as the report's badges.
function badge(same) {
    return make('span', { className: same ? 'same' : 'differs' }, same ? '✓ same bits' : '✗ different');
}

class Panel {
    constructor(result) {
        this.result = result;
        this.run = button('Run it on this device', result, () => this.press([]));
        this.flip = button('Run it with one bit flipped', result, () => this.press(null));
        this.bar = make('progress', { max: 100, value: 0, hidden: true, 'aria-label': `Progress of ${result}` });
        this.verdict = make('p', { className: 'verdict', role: 'status', 'aria-live': 'polite' });
        this.digests = make('dl', { className: 'facts', hidden: true });
        this.element = make('div', { className: 'device', role: 'group', 'aria-label': `${result} on this device` },
            make('p', { className: 'buttons' }, this.run, this.flip), this.bar, this.verdict, this.digests,
            this.makeCurves(), this.makeTasks());
    }

    makeCurves() {
        this.metric = make('select', { onchange: () => this.draw() });
        this.svg = element('svg', { role: 'img' });
        this.legend = make('p', { className: 'legend' });
        this.curves = make('figure', { hidden: true }, make('p', {}, make('label', {}, 'Curves of ', this.metric)),
            make('div', { className: 'canvas' }, this.svg), this.legend);
        return this.curves;
    }

    makeTasks() {
        this.rows = make('tbody', {});
        const head = ['Task', 'Digest here', 'Digest in golden'].map(words => make('th', { scope: 'col' }, words));
        const table = make('table', {}, make('thead', {}, make('tr', {}, ...head)), this.rows);
        const region = make('div', { className: 'wide', tabIndex: 0, role: 'region',
            'aria-label': `Digests of the tasks of ${this.result}` }, table);
        this.count = make('summary', {});
        this.tasks = make('details', { hidden: true }, this.count, region);
        return this.tasks;
    }

    // While it runs, the button that began it stops it.
    press(extra) {
        if (this.stop) this.stop();
        else return this.start(extra);
    }

    begin(mutated) {
        this.curve = [];
        this.methods = [];
        this.done = 0;
        this.rows.replaceChildren();
        this.metric.replaceChildren();
        this.legend.replaceChildren();
        for (const part of [this.digests, this.curves, this.tasks]) part.hidden = true;
        this.bar.value = 0;
        this.bar.hidden = false;
        this.verdict.replaceChildren(`Running on this device, ${instructionSet()} …`);
        const [active, other] = mutated ? [this.flip, this.run] : [this.run, this.flip];
        active.textContent = 'Stop';
        active.setAttribute('aria-label', `Stop: ${this.result}`);
        other.disabled = true;
    }

    end() {
        this.stop = null;
        this.bar.hidden = true;
        for (const [one, words] of [[this.run, 'Run it on this device'], [this.flip, 'Run it with one bit flipped']]) {
            one.textContent = words;
            one.disabled = false;
            one.setAttribute('aria-label', `${words}: ${this.result}`);
        }
    }

    // extra: words of the command line; null: the first task with a policy runs alone, with one bit of that flipped. Gives
    // true where every bit was the same.
    async start(extra) {
        let stopped = false;
        this.begin(extra === null);
        this.stop = () => { stopped = true; }; // while files come in; the run has its own
        try {
            const lacks = lacking();
            if (lacks.length) throw new Error(`This browser has no ${lacks.join(', no ')}.`);
            const files = splitFiles(await readPart(`files-${this.result}`));
            const program = await readPart(`marlgold-${instructionSet()}`);
            this.golden = readTable(files[`golden/${this.result}/quick/runs.csv`]);
            const source = await readPart('worker');
            if (stopped) throw new Error('Stopped.');
            const worker = startWorker(source);
            return this.judge(await this.compute(worker,
                { program, files, result: this.result, extra: extra || this.flipOne(files) }));
        } catch (thrown) {
            this.verdict.replaceChildren(make('span', { className: 'differs' }, '✗ not run'), ` ${thrown.message}`);
            return false;
        } finally {
            this.end();
        }
    }

    flipOne(files) {
        const rows = readTable(files[`golden/${this.result}/quick/trail.csv`]);
        const row = rows.find(({ kind }) => kind === 'policies') || rows[0];
        return ['--methods', taskName({ ...row, seed: '' }), '--seeds', row.seed, '--mutate', `${row.kind}@${row.checkpoint}`];
    }

    compute(worker, order) {
        return new Promise((done, failed) => {
            const finish = (how, what) => {
                worker.terminate();
                how(what);
            };
            this.stop = () => finish(failed, new Error('Stopped.'));
            worker.onerror = event => finish(failed, new Error(event.message || `The worker did not start. ${SERVER}`));
            worker.onmessage = ({ data }) => {
                try {
                    if (data.progress !== undefined) this.bar.value = data.progress;
                    else if (data.task) this.addTask(data.task);
                    else if (data.failed) finish(failed, new Error(data.failed));
                    else finish(done, data);
                } catch (thrown) { // of ours: or the page would wait for ever
                    finish(failed, thrown);
                }
            };
            worker.postMessage(order);
        });
    }

    addTask({ name, digest, curve }) {
        const golden = (this.golden.find(row => taskName(row) === name) || { trail: 'none' }).trail, same = golden === digest;
        this.rows.append(make('tr', { className: same ? 'good' : 'bad' },
            make('th', { scope: 'row' }, `${same ? '✓' : '✗'} ${name}`), make('td', {}, make('code', {}, digest)),
            make('td', {}, make('code', {}, golden))));
        this.done++;
        this.count.textContent = `Tasks: ${this.done} of ${this.golden.length}, each with the digest of its trail`;
        this.tasks.hidden = false;
        this.addCurve(curve);
    }

    addCurve(curve) {
        for (const { method, metric } of curve) {
            if (![...this.metric.options].some(option => option.value === metric))
                this.metric.append(make('option', { value: metric }, metric));
            if (this.methods.includes(method)) continue;
            this.methods.push(method);
            const colour = COLOURS[(this.methods.length - 1) % COLOURS.length];
            const sign = make('span', { className: 'sign' }, '');
            sign.style.background = colour;
            this.legend.append(make('span', {}, sign, method), ' ');
        }
        this.curve.push(...curve);
        if (!curve.length) return;
        this.curves.hidden = false;
        this.draw();
    }

    draw() {
        drawCurves(this.svg, this.curve, this.metric.value, this.methods);
    }

    judge({ status, lines, digests, seconds }) {
        const verdict = readVerdict(status, lines, this.result), same = verdict.same && digests.here === digests.golden;
        const took = ` ${verdict.compared} compared, ${verdict.differ} differ, ${verdict.skipped} skipped; ` +
            `${seconds.toFixed(1)} s, ${instructionSet()}.`;
        this.verdict.replaceChildren(badge(same), took);
        if (!same)
            this.verdict.append(' First difference: ',
                make('code', {}, verdict.difference || lines.join(' ') || `exit ${status}`));
        this.digests.replaceChildren(make('dt', {}, 'This run'), make('dd', {}, make('code', {}, digests.here)),
            make('dt', {}, 'Golden'), make('dd', {}, make('code', {}, digests.golden),
                make('small', {}, ' XXH3-128 of trail.csv, quick profile')));
        this.digests.hidden = !verdict.same && verdict.skipped > 0; // of one task there is no whole trail
        return same;
    }
}

// ---- the page ----

class Overview {
    constructor(panels) {
        this.panels = panels;
        this.button = make('button', { type: 'button', onclick: () => this.press() }, 'Run every result on this device');
        this.verdict = make('p', { className: 'verdict', role: 'status', 'aria-live': 'polite' });
        this.element = make('div', { className: 'device' },
            make('p', { className: 'note' }, 'This page carries the programs themselves, as WebAssembly. A button in each ' +
                'section, or this one for all, computes the quick profile here, and compares every digest with golden’s.'),
            make('p', { className: 'buttons' }, this.button), this.verdict);
    }

    async press() {
        this.button.disabled = true;
        let same = 0, done = 0;
        for (const panel of this.panels) {
            this.verdict.textContent = `${done} of ${this.panels.length} run, ${same} with the same bits; now ${panel.result} …`;
            same += !panel.stop && await panel.start([]);
            done++;
        }
        this.button.disabled = false;
        this.verdict.replaceChildren(badge(same === done), ` ${same} of ${done} results.`);
    }
}

function addPanels() {
    const panels = [];
    for (const result of marlgold.results) {
        const section = document.getElementById(result);
        if (!section) continue;
        const panel = new Panel(result), after = section.querySelector('.from');
        (after || section.querySelector('h2')).after(panel.element);
        panels.push(panel);
    }
    const overview = document.querySelector('#overview h2');
    if (overview) overview.after(new Overview(panels).element);
    marlgold.panels = panels;
}

addPanels();
