// reading.js - what a program wrote, read: tables, the sections of a finished task's file, its progress, its verdict.
'use strict';

// ---- CSV (RFC 4180) ----

// The fields of one record that begins at `at`, and where the next one begins.
function readRecord(text, at) {
    const fields = [];
    for (;;) {
        let field = '';
        if (text[at] === '"') {
            for (at++; at < text.length; at++) {
                if (text[at] !== '"') field += text[at];
                else if (text[at + 1] === '"') field += text[at++];
                else break;
            }
            at++;
        } else {
            while (at < text.length && text[at] !== ',' && text[at] !== '\n') field += text[at++];
        }
        fields.push(field);
        if (text[at] !== ',') return { fields, next: at + 1 };
        at++;
    }
}

// Rows as objects by column; without `columns` the first record names them.
function readTable(text, columns) {
    const rows = [];
    for (let at = 0; at < text.length;) {
        const { fields, next } = readRecord(text, at);
        at = next;
        if (!columns) columns = fields;
        else rows.push(Object.fromEntries(columns.map((column, i) => [column, fields[i] || ''])));
    }
    return rows;
}

// "lio/er-2-1/0", "pg/0": as the programs name a task.
function taskName({ method, variant, seed }) {
    return [method, variant, seed].filter(part => part !== '').join('/');
}

// ---- a finished task: core/io/checkpoint.h says the form ----

// { name: text } of every section; what is cut off is left out.
function readSections(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), decoder = new TextDecoder();
    const padded = length => (length + 7) & ~7, end = bytes.byteLength - 16;
    const sections = {};
    for (let at = 24 + 16; at + 16 <= end;) {
        const name = Number(view.getBigUint64(at, true)), length = Number(view.getBigUint64(at + 8, true));
        const start = at + 16 + padded(name);
        if (start + length > end) break;
        sections[decoder.decode(bytes.subarray(at + 16, at + 16 + name))] =
            decoder.decode(bytes.subarray(start, start + length));
        at = start + padded(length);
    }
    return sections;
}

const CURVE_COLUMNS = ['method', 'variant', 'seed', 'units', 'episodes', 'steps', 'metric', 'value'];

// What the page shows of it: its name, the digest of its trail (the last field of its run), the rows of its curve.
function readTask(bytes) {
    const sections = readSections(bytes);
    const run = readRecord(sections['runs.csv'] || '', 0).fields;
    return {
        name: taskName({ method: run[0], variant: run[1], seed: run[2] }),
        digest: run[run.length - 1],
        curve: readTable(sections['curve.csv'] || '', CURVE_COLUMNS),
    };
}

// ---- what it says ----

// Percent, from the line that a program rewrites on a terminal, or null.
function readProgress(text) {
    const found = /(\d+) %/.exec(text);
    return found ? Math.min(100, Number(found[1])) : null;
}

// { same, compared, differ, skipped, difference }: the last line counts; the first that names a file tells where.
function readVerdict(status, lines, result) {
    const counted = /^check: (\d+) compared, (\d+) differ, (\d+) skipped/;
    const found = counted.exec(lines.filter(line => counted.test(line)).pop() || '');
    const [compared, differ, skipped] = found ? found.slice(1).map(Number) : [0, 0, 0];
    const difference = lines.find(line => line.startsWith(result + ' quick: ')) || '';
    return { same: status === 0 && compared > 0 && differ === 0, compared, differ, skipped,
        difference: difference.slice(result.length + ' quick: '.length) };
}
