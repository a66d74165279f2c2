// web_parts.mjs - the parts of suite/web that need no browser, under node, as TAP: files in memory and the calls on them,
// what a program wrote and how it is read, the numbers of a chart.
import { readFileSync } from 'node:fs';
import { exit } from 'node:process';
import { runInThisContext } from 'node:vm';

const sources = ['wasi', 'reading', 'curves'].map(name => readFileSync(`suite/web/${name}.js`, 'utf8'));
const names = ['Files', 'Memory', 'descriptorCalls', 'statusCalls', 'pathCalls', 'otherCalls', 'importsOf', 'readTable', 'taskName',
    'readTask', 'readProgress', 'readVerdict', 'ticks', 'tickText', 'rangeOf', 'curvesOf'];
const { Files, Memory, descriptorCalls, statusCalls, pathCalls, otherCalls, importsOf, readTable, taskName, readTask, readProgress,
    readVerdict, ticks, tickText, rangeOf, curvesOf } = runInThisContext(`${sources.join('\n')}\n;({ ${names} })`);
let points = 0, failures = 0;

function same(name, found, wanted) {
    const good = JSON.stringify(found) === JSON.stringify(wanted);
    points++;
    failures += !good;
    console.log(`${good ? 'ok' : 'not ok'} ${points} - ${name}`);
    if (!good) console.log(`# found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

// ---- a program's calls, made by hand ----

const coder = new TextEncoder(), decoder = new TextDecoder();

function world() {
    const files = new Files(), memory = new Memory(), heard = [], whole = [];
    memory.exports = { memory: new WebAssembly.Memory({ initial: 1 }) };
    const open = new Map([[3, { node: files.top, at: 0, path: '' }]]);
    open.set(1, { node: { stream: true, bytes: new Uint8Array(0), length: 0 }, stream: 1, at: 0 });
    const { status, ...statuses } = statusCalls(memory, open);
    const calls = {
        ...descriptorCalls(memory, open, (stream, bytes) => heard.push([stream, decoder.decode(bytes)])), ...statuses,
        ...pathCalls(memory, files, open, status, (path, bytes) => whole.push([path, decoder.decode(bytes)])),
        ...otherCalls(memory, ['lio-ipd', '--check'], { TERM: 'xterm' }),
    };
    const put = (at, text) => {
        memory.bytes(at, text.length).set(coder.encode(text));
        return [at, text.length];
    };
    const piece = (at, start, length) => {
        memory.number(at, start);
        memory.number(at + 4, length);
    };
    const openPath = (path, how = 0) => {
        const error = calls.path_open(3, 0, ...put(1000, path), how, 0n, 0n, 0, 900);
        return error ? -error : memory.view.getUint32(900, true);
    };
    const write = (descriptor, text) => {
        put(2000, text);
        piece(800, 2000, text.length);
        return calls.fd_write(descriptor, 800, 1, 900);
    };
    const read = (descriptor, length) => {
        piece(800, 4000, length);
        const error = calls.fd_read(descriptor, 800, 1, 900);
        return error ? -error : memory.text(4000, memory.view.getUint32(900, true));
    };
    const onPath = (call, path, ...rest) => calls[call](3, ...put(1000, path), ...rest);
    return { files, memory, calls, heard, whole, put, openPath, write, read, onPath };
}

const CREATE = 1, EXCLUSIVE = 4, TRUNCATE = 8, NO_ENTRY = 44, EXISTS = 20, NO_FOLDER = 54, NOT_EMPTY = 55, NOT_HERE = 52;

function testFiles() {
    const w = world();
    same('a file that is not there', w.openPath('a'), -NO_ENTRY);
    same('a folder is made', w.onPath('path_create_directory', 'out'), 0);
    same('once', w.onPath('path_create_directory', 'out'), EXISTS);
    same('not in one that is not there', w.onPath('path_create_directory', 'no/out'), NO_ENTRY);
    const made = w.openPath('out/a.tmp', CREATE | EXCLUSIVE);
    same('a file is made', made, 4);
    same('exclusively', w.openPath('out/a.tmp', CREATE | EXCLUSIVE), -EXISTS);
    w.write(made, 'hello ');
    w.write(made, 'world');
    same('what was written is there', decoder.decode(w.files.read('out/a.tmp')), 'hello world');
    same('a file is no folder', w.openPath('out/a.tmp/b'), -NO_FOLDER);
    same('renamed', w.calls.path_rename(3, ...w.put(1000, 'out/a.tmp'), 3, ...w.put(1100, 'out/./x/../a')), 0);
    same('which the page hears, with the final name', w.whole, [['out/a', 'hello world']]);
    same('the old name is gone', w.files.read('out/a.tmp'), null);
    const again = w.openPath('out/a');
    same('the lowest free descriptor', again, 5);
    same('read in parts', [w.read(again, 6), w.read(again, 100), w.read(again, 100)], ['hello ', 'world', '']);
    same('sought from the end', [w.calls.fd_seek(again, -5n, 2, 900), w.read(again, 3)], [0, 'wor']);
    same('told', [w.calls.fd_tell(again, 900), Number(w.memory.view.getBigUint64(900, true))], [0, 9]);
    same('not before the beginning', w.calls.fd_seek(again, -50n, 1, 900), 28);
    same('closed', [w.calls.fd_close(again), w.calls.fd_close(again)], [0, 8]);
    w.openPath('out/a', TRUNCATE);
    same('emptied', w.files.read('out/a').length, 0);
    same('a folder with something in it stays', w.onPath('path_remove_directory', 'out'), NOT_EMPTY);
    same('a file is removed', [w.onPath('path_unlink_file', 'out/a'), w.onPath('path_unlink_file', 'out/a')], [0, NO_ENTRY]);
    same('then the folder', w.onPath('path_remove_directory', 'out'), 0);
    same('stdout is heard', [w.write(1, 'said\n'), w.heard], [0, [[1, 'said\n']]]);
}

function testStatus() {
    const w = world();
    w.files.write('golden/x/runs.csv', coder.encode('12345'));
    const at = path => (w.calls.path_filestat_get(3, 0, ...w.put(1000, path), 3000) || [w.memory.bytes(3016, 1)[0],
        Number(w.memory.view.getBigUint64(3032, true))]);
    same('type and length of a file', at('golden/x/runs.csv'), [4, 5]);
    same('those of a folder', at('golden'), [3, 0]);
    same('of nothing', at('gold'), NO_ENTRY);
    w.calls.fd_fdstat_get(1, 3000);
    same('stdout is a terminal: characters, and no seeking', [w.memory.bytes(3000, 1)[0],
        Number(w.memory.view.getBigUint64(3008, true) & 0x24n)], [2, 0]);
    for (const name of ['b', 'a']) w.files.write(`folder/${name}`, coder.encode(name));
    const folder = w.openPath('folder');
    w.calls.fd_readdir(folder, 5000, 40, 0n, 900);
    same('a folder is read, the last entry cut', [w.memory.view.getUint32(900, true), w.memory.text(5024, 1)], [40, 'b']);
    w.calls.fd_readdir(folder, 5000, 100, 1n, 900);
    same('and on from an entry', [w.memory.view.getUint32(900, true), w.memory.text(5024, 1)], [25, 'a']);
    same('one folder is open from the start', [w.calls.fd_prestat_get(3, 3000), w.calls.fd_prestat_get(4, 3000)], [0, 8]);
}

function testOthers() {
    const w = world();
    w.calls.args_sizes_get(900, 904);
    same('two words of sixteen bytes', [w.memory.view.getUint32(900, true), w.memory.view.getUint32(904, true)], [2, 16]);
    w.calls.args_get(3000, 4000);
    same('each where the table says', [w.memory.view.getUint32(3004, true), w.memory.text(4000, 16)], [4008, 'lio-ipd\0--check\0']);
    w.calls.environ_get(3000, 4000);
    same('a variable', w.memory.text(4000, 11), 'TERM=xterm\0');
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 119, 1, 114, 0, 0]; // imports w.r
    const module = new WebAssembly.Module(new Uint8Array(bytes));
    same('random numbers, and what else is not here, are refused', importsOf(module, w.calls).w.r(), NOT_HERE);
    same('what is here is called', importsOf(module, { r: () => 7 }).w.r(), 7);
}

// ---- what is read ----

// A finished task as core/io/checkpoint.h has it.
function taskFile(sections) {
    const bytes = [...coder.encode('marlgold checkpoint 001\n'), ...new Array(16).fill(0)];
    const filled = text => {
        bytes.push(...coder.encode(text));
        while (bytes.length % 8) bytes.push(0);
    };
    for (const [name, text] of Object.entries(sections)) {
        const lengths = new DataView(new ArrayBuffer(16));
        lengths.setBigUint64(0, BigInt(name.length), true);
        lengths.setBigUint64(8, BigInt(text.length), true);
        bytes.push(...new Uint8Array(lengths.buffer));
        filled(name);
        filled(text);
    }
    return new Uint8Array([...bytes, ...new Array(16).fill(255)]);
}

function testReading() {
    same('a table', readTable('a,b\n1,\n"x, ""y""\n",2\n'), [{ a: '1', b: '' }, { a: 'x, "y"\n', b: '2' }]);
    same('names of tasks', [taskName({ method: 'pg', variant: '', seed: '0' }), taskName({ method: 'a', variant: 'b', seed: '1' })],
        ['pg/0', 'a/b/1']);
    const file = taskFile({ 'trail.csv': 't', 'curve.csv': 'pg,,0,10,1,2,paid,0.5\n', 'runs.csv': 'pg,,0,1,10,1,2,,ok,0.5,abc\n' });
    const task = readTask(file);
    same('a finished task: name and digest', [task.name, task.digest], ['pg/0', 'abc']);
    same('and its curve', task.curve.map(row => [row.units, row.metric, row.value]), [['10', 'paid', '0.5']]);
    same('of half a file nothing is made up', readTask(file.subarray(0, 140)).curve, []);
    same('progress', ['\rlio-ipd  12 %  1 of 9', '\x1b[K', '150 %'].map(readProgress), [12, null, 100]);
    const lines = ['x quick: trail.csv: lio/0, checkpoint 1: digest', 'x quick: runs.csv: lio/0', 'check: 3 compared, 1 differ, 2 skipped'];
    const verdict = readVerdict(1, lines, 'x');
    same('a difference is told by the first line', [verdict.same, verdict.difference, verdict.skipped],
        [false, 'trail.csv: lio/0, checkpoint 1: digest', 2]);
    same('same only where something was compared and nothing differs', [[0, 'check: 3 compared, 0 differ, 0 skipped'],
        [0, 'check: 0 compared, 0 differ, 0 skipped'], [0, 'check: 3 compared, 1 differ, 0 skipped'],
        [1, 'check: 3 compared, 0 differ, 0 skipped'], [0, '']].map(([status, line]) => readVerdict(status, [line], 'x').same),
    [true, false, false, false, false]);
}

function testChart() {
    same('ticks', [ticks(0, 100, 5), ticks(-0.3, 0.3, 5).map(tickText)], [[0, 20, 40, 60, 80, 100], ['-0.2', '0', '0.2']]);
    same('texts of ticks', [0.1 + 0.2, 2500000, -3].map(tickText), ['0.3', '2.5 M', '-3']);
    same('ranges', [rangeOf([3, 1, 2]), rangeOf([]), rangeOf([2, 2])], [[1, 3], [0, 1], [1.5, 2.5]]);
    const level = rangeOf([0.7166666666667552, 0.71666666666675530]);
    same('a line that moves in its last digits is level, and its ticks end', [level[1] - level[0] > 0.9, ticks(...level, 5).length], [true, 5]);
    const rows = readTable('method,variant,seed,units,metric,value\na,,0,0,r,1\na,,0,5,r,2\na,,1,0,r,3\na,,0,0,s,9\na,,1,5,r,\n');
    same('a curve a run, of one metric, without gaps as numbers', curvesOf(rows, 'r').map(curve => curve.points),
        [[[0, 1], [5, 2]], [[0, 3]]]);
}

testFiles();
testStatus();
testOthers();
testReading();
testChart();
console.log(`1..${points}`);
exit(failures ? 1 : 0);
