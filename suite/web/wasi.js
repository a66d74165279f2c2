// wasi.js - the little of WASI (preview 1) that a result's program asks for: files in memory, arguments, a clock. No random
// numbers: who wants some is refused, for a result draws all of its own. What else a program imports answers "not here".
//
//     const files = new Files();
//     files.write('golden/lio-ipd/quick/runs.csv', bytes);
//     const status = runProgram(module, { files, words: ['lio-ipd', '--check'], variables: {}, said, renamed });
//
// said(stream, bytes): stream 1 or 2 wrote them. renamed(path, bytes): a file got its final name, so it is whole.
'use strict';

const SUCCESS = 0, BAD_DESCRIPTOR = 8, EXISTS = 20, INVALID = 28, IS_FOLDER = 31, NO_ENTRY = 44, NOT_HERE = 52,
    NO_FOLDER = 54, NOT_EMPTY = 55;
const CHARACTERS = 2, FOLDER = 3, REGULAR = 4; // types of files
const ROOT = 3; // the descriptor that every path hangs on, the first after stdin, stdout and stderr
const CREATE = 1, WANT_FOLDER = 2, EXCLUSIVE = 4, TRUNCATE = 8; // how a path is opened
const EVERY_RIGHT = 0x1fffffffn;

// ---- files ----

// A folder is a node with a Map of names; a file has bytes, of which `length` are in use.
class Files {
    constructor() {
        this.top = { inside: new Map() };
    }

    // The names on the way from the top; '.' and '..' are followed.
    static parts(path) {
        const parts = [];
        for (const part of path.split('/')) {
            if (part === '..') parts.pop();
            else if (part && part !== '.') parts.push(part);
        }
        return parts;
    }

    // { folder, name, node }: the folder that holds the last name of the path, and what it has there, if anything; a number
    // where there is no such folder.
    find(path) {
        const parts = Files.parts(path);
        const name = parts.pop();
        let folder = this.top;
        if (name === undefined) return { folder: null, name: '', node: folder };
        for (const part of parts) {
            const next = folder.inside.get(part);
            if (!next) return NO_ENTRY;
            if (!next.inside) return NO_FOLDER;
            folder = next;
        }
        return { folder, name, node: folder.inside.get(name) };
    }

    write(path, bytes) {
        const parts = Files.parts(path);
        const name = parts.pop();
        let folder = this.top;
        for (const part of parts) {
            if (!folder.inside.has(part)) folder.inside.set(part, { inside: new Map() });
            folder = folder.inside.get(part);
        }
        folder.inside.set(name, { bytes, length: bytes.length });
    }

    read(path) { // bytes, or null
        const found = this.find(path);
        return typeof found === 'number' || !found.node || found.node.inside ? null :
            found.node.bytes.subarray(0, found.node.length);
    }
}

// Writes into a file at a place; what it has grows by doubling.
function writeInto(node, at, bytes) {
    const end = at + bytes.length;
    if (end > node.bytes.length) {
        const grown = new Uint8Array(Math.max(end, 2 * node.bytes.length, 4096));
        grown.set(node.bytes.subarray(0, node.length));
        node.bytes = grown;
    }
    node.bytes.set(bytes, at);
    node.length = Math.max(node.length, end);
}

// ---- a running program's memory ----

class Memory {
    constructor() {
        this.exports = null; // of the instance, once it is there
    }

    get view() { return new DataView(this.exports.memory.buffer); } // anew each time: memory that grows moves
    bytes(at, length) { return new Uint8Array(this.exports.memory.buffer, at, length); }
    text(at, length) { return new TextDecoder().decode(this.bytes(at, length).slice()); }
    number(at, value) { this.view.setUint32(at, value, true); return SUCCESS; }
    long(at, value) { this.view.setBigUint64(at, BigInt(value), true); return SUCCESS; }

    // The pieces of a scattered read or write.
    pieces(list, count) {
        const pieces = [];
        for (let i = 0; i < count; i++)
            pieces.push(this.bytes(this.view.getUint32(list + 8 * i, true), this.view.getUint32(list + 8 * i + 4, true)));
        return pieces;
    }
}

class Ended {
    constructor(status) { this.status = status; }
}

// ---- the calls ----

// Words or NAME=value, each with its NUL, and a table of where they begin.
function listCalls(memory, list) {
    const coded = list.map(text => new TextEncoder().encode(text + '\0'));
    return {
        sizes(count, bytes) {
            memory.number(count, coded.length);
            return memory.number(bytes, coded.reduce((sum, one) => sum + one.length, 0));
        },
        get(table, at) {
            coded.forEach((one, i) => {
                memory.number(table + 4 * i, at);
                memory.bytes(at, one.length).set(one);
                at += one.length;
            });
            return SUCCESS;
        },
    };
}

// Of what is open: where to read and write next.
function descriptorCalls(memory, open, said) {
    const write = (descriptor, list, count, written) => {
        const file = open.get(descriptor);
        if (!file || file.node.inside) return BAD_DESCRIPTOR;
        let total = 0;
        for (const piece of memory.pieces(list, count)) {
            if (file.stream) said(file.stream, piece.slice());
            else writeInto(file.node, file.at, piece);
            file.at += piece.length;
            total += piece.length;
        }
        return memory.number(written, total);
    };
    const read = (descriptor, list, count, got) => {
        const file = open.get(descriptor);
        if (!file || file.node.inside) return BAD_DESCRIPTOR;
        let total = 0;
        for (const piece of memory.pieces(list, count)) {
            const part = file.node.bytes.subarray(file.at, Math.min(file.at + piece.length, file.node.length));
            piece.set(part);
            file.at += part.length;
            total += part.length;
        }
        return memory.number(got, total);
    };
    const seek = (descriptor, offset, whence, at) => {
        const file = open.get(descriptor);
        if (!file || file.stream || file.node.inside) return BAD_DESCRIPTOR;
        const place = [0, file.at, file.node.length][whence] + Number(offset);
        if (!(place >= 0)) return INVALID;
        file.at = place;
        return memory.long(at, place);
    };
    return {
        fd_write: write, fd_read: read, fd_seek: seek,
        fd_tell: (descriptor, at) => seek(descriptor, 0, 1, at),
        fd_close: descriptor => open.delete(descriptor) ? SUCCESS : BAD_DESCRIPTOR,
        fd_sync: () => SUCCESS,
        fd_fdstat_set_flags: () => SUCCESS,
    };
}

function typeOf(node) {
    return node.inside ? FOLDER : node.stream ? CHARACTERS : REGULAR;
}

// What is known of a file, a folder or a stream.
function statusCalls(memory, open) {
    const status = (at, node) => {
        memory.bytes(at, 64).fill(0);
        memory.bytes(at + 16, 1)[0] = typeOf(node);
        memory.long(at + 24, 1); // names
        return memory.long(at + 32, node.inside ? 0 : node.length);
    };
    return {
        status,
        fd_filestat_get: (descriptor, at) =>
            open.has(descriptor) ? status(at, open.get(descriptor).node) : BAD_DESCRIPTOR,
        // A stream that cannot be sought is a terminal to the C library: so the program shows its progress.
        fd_fdstat_get(descriptor, at) {
            if (!open.has(descriptor)) return BAD_DESCRIPTOR;
            const { node } = open.get(descriptor);
            memory.bytes(at, 24).fill(0);
            memory.bytes(at, 1)[0] = typeOf(node);
            memory.long(at + 8, node.stream ? 0x40 : EVERY_RIGHT); // 0x40: writing
            return memory.long(at + 16, EVERY_RIGHT);
        },
        fd_prestat_get(descriptor, at) {
            if (descriptor !== ROOT) return BAD_DESCRIPTOR;
            memory.number(at, 0);
            return memory.number(at + 4, 1);
        },
        fd_prestat_dir_name(descriptor, at) {
            memory.bytes(at, 1)[0] = '/'.charCodeAt(0);
            return SUCCESS;
        },
        // Entries from the cookie-th on, as many as fit; the last may be cut, and is asked for again.
        fd_readdir(descriptor, at, size, cookie, used) {
            const folder = open.get(descriptor);
            if (!folder || !folder.node.inside) return BAD_DESCRIPTOR;
            let length = 0;
            [...folder.node.inside].forEach(([text, node], i) => {
                if (i < Number(cookie) || length >= size) return;
                const name = new TextEncoder().encode(text), entry = new Uint8Array(24 + name.length);
                const view = new DataView(entry.buffer);
                view.setBigUint64(0, BigInt(i + 1), true);
                view.setUint32(16, name.length, true);
                entry[20] = typeOf(node);
                entry.set(name, 24);
                const part = entry.subarray(0, size - length);
                memory.bytes(at + length, part.length).set(part);
                length += part.length;
            });
            return memory.number(used, length);
        },
    };
}

// Of paths, which hang on an open folder.
function pathCalls(memory, files, open, status, renamed) {
    const full = (descriptor, at, length) => (open.get(descriptor) || { path: '' }).path + '/' + memory.text(at, length);
    const find = (descriptor, at, length) => files.find(full(descriptor, at, length));
    const remove = wanted => (descriptor, at, length) => {
        const found = find(descriptor, at, length);
        if (typeof found === 'number') return found;
        if (!found.node || !found.folder) return NO_ENTRY;
        const error = wanted(found.node);
        if (error === SUCCESS) found.folder.inside.delete(found.name);
        return error;
    };
    return {
        path_open(descriptor, follow, at, length, how, rights, inherited, flags, result) {
            const found = find(descriptor, at, length);
            if (typeof found === 'number') return found;
            if (found.node && how & CREATE && how & EXCLUSIVE) return EXISTS;
            if (!found.node && !(how & CREATE)) return NO_ENTRY;
            if (!found.node) found.folder.inside.set(found.name, found.node = { bytes: new Uint8Array(0), length: 0 });
            if (how & WANT_FOLDER && !found.node.inside) return NO_FOLDER;
            if (how & TRUNCATE && found.node.inside) return IS_FOLDER;
            if (how & TRUNCATE) found.node.length = 0;
            let next = ROOT + 1;
            while (open.has(next)) next++;
            open.set(next, { node: found.node, at: 0, path: full(descriptor, at, length) });
            return memory.number(result, next);
        },
        path_filestat_get(descriptor, follow, at, length, result) {
            const found = find(descriptor, at, length);
            if (typeof found === 'number') return found;
            return found.node ? status(result, found.node) : NO_ENTRY;
        },
        path_create_directory(descriptor, at, length) {
            const found = find(descriptor, at, length);
            if (typeof found === 'number') return found;
            if (found.node) return EXISTS;
            found.folder.inside.set(found.name, { inside: new Map() });
            return SUCCESS;
        },
        path_unlink_file: remove(node => node.inside ? IS_FOLDER : SUCCESS),
        path_remove_directory: remove(node => !node.inside ? NO_FOLDER : node.inside.size ? NOT_EMPTY : SUCCESS),
        path_rename(descriptor, at, length, other, otherAt, otherLength) {
            const from = find(descriptor, at, length), to = find(other, otherAt, otherLength);
            if (typeof from === 'number') return from;
            if (typeof to === 'number') return to;
            if (!from.node || !from.folder || !to.folder) return NO_ENTRY;
            from.folder.inside.delete(from.name);
            to.folder.inside.set(to.name, from.node);
            if (!from.node.inside)
                renamed(Files.parts(full(other, otherAt, otherLength)).join('/'),
                    from.node.bytes.subarray(0, from.node.length));
            return SUCCESS;
        },
    };
}

function otherCalls(memory, words, variables) {
    const word = listCalls(memory, words);
    const variable = listCalls(memory, Object.entries(variables).map(([name, value]) => `${name}=${value}`));
    const now = () => BigInt(Math.round(performance.now() * 1e6)); // no calendar: runs are told apart by nothing
    return {
        args_sizes_get: word.sizes, args_get: word.get,
        environ_sizes_get: variable.sizes, environ_get: variable.get,
        clock_time_get: (clock, precision, at) => memory.long(at, now()),
        clock_res_get: (clock, at) => memory.long(at, 1000),
        proc_exit(status) { throw new Ended(status); },
        sched_yield: () => SUCCESS,
    };
}

// Every call that the module imports: ours, or one that answers "not here".
function importsOf(module, calls) {
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
        imports[from] = imports[from] || {};
        imports[from][name] = calls[name] || (() => NOT_HERE);
    }
    return imports;
}

// Runs it to its end and returns its exit status; a trap (memory, stack) is thrown.
function runProgram(module, { files, words, variables, said, renamed }) {
    const memory = new Memory(), open = new Map([[ROOT, { node: files.top, at: 0, path: '' }]]);
    for (const stream of [0, 1, 2])
        open.set(stream, { node: { stream: true, bytes: new Uint8Array(0), length: 0 }, stream, at: 0 });
    const { status, ...statuses } = statusCalls(memory, open);
    const instance = new WebAssembly.Instance(module, importsOf(module, {
        ...otherCalls(memory, words, variables), ...descriptorCalls(memory, open, said), ...statuses,
        ...pathCalls(memory, files, open, status, renamed),
    }));
    memory.exports = instance.exports;
    try {
        instance.exports._start();
    } catch (thrown) {
        if (thrown instanceof Ended) return thrown.status;
        throw thrown;
    }
    return 0;
}
