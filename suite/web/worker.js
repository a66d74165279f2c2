// worker.js - one run of one result, beside the page: files into memory, the program, what it says back to the page.
//
// Gets { program, files: { path: text }, result, extra: [words] }; posts { progress }, { task }, and at the end { status,
// lines, digests: { here, golden }, seconds } or { failed: why }.
'use strict';

const VARIABLES = { TERM: 'xterm', NO_COLOR: '1' }; // so that it shows its progress

// Calls take with each line of a stream of bytes.
function lineReader(take) {
    const decoder = new TextDecoder();
    let rest = '';
    return bytes => {
        const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = parts.pop();
        parts.forEach(take);
    };
}

function memoryFiles(texts) {
    const files = new Files(), encoder = new TextEncoder();
    for (const [path, text] of Object.entries(texts)) files.write(path, encoder.encode(text));
    return files;
}

// The digests of both trails, by the program's own XXH3-128.
function trailDigests(module, files, result, mutated) {
    const folder = `out/${result}/quick${mutated ? '-mutated' : ''}`;
    const words = ['digest', `${folder}/trail.csv`, `golden/${result}/quick/trail.csv`], lines = [];
    const read = lineReader(line => lines.push(line));
    runProgram(module, { files, words, variables: {}, said: (stream, bytes) => read(bytes), renamed() {} });
    return { here: lines[0] || '', golden: lines[1] || '' };
}

function run({ program, files: texts, result, extra }) {
    const started = performance.now();
    const module = new WebAssembly.Module(program), files = memoryFiles(texts), lines = [];
    const readLine = lineReader(line => lines.push(line));
    const decoder = new TextDecoder();
    const words = [result, '--profile', 'quick', '--check', '--jobs', '1', ...extra];
    const status = runProgram(module, {
        files, words, variables: VARIABLES,
        said(stream, bytes) {
            if (stream === 1) return void readLine(bytes);
            const text = decoder.decode(bytes), percent = readProgress(text);
            if (percent !== null) postMessage({ progress: percent });
            else if (/\w{3}/.test(text)) lines.push(text.trim());
        },
        renamed(path, bytes) {
            if (path.endsWith('/result')) postMessage({ task: readTask(bytes) });
        },
    });
    const digests = trailDigests(module, files, result, extra.includes('--mutate'));
    postMessage({ status, lines, digests, seconds: (performance.now() - started) / 1000 });
}

onmessage = message => {
    try {
        run(message.data);
    } catch (thrown) {
        postMessage({ failed: String(thrown && thrown.message || thrown) });
    }
};
