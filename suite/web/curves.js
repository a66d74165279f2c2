// curves.js - curves of a result as SVG: a line per run, a colour per method, in the colours of the report's figures.
'use strict';

const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#7B5FC9', '#808000', '#A6611A', '#6B6B6B'];
const WIDTH = 640, HEIGHT = 280, LEFT = 64, RIGHT = 12, TOP = 12, BOTTOM = 44;

// Round numbers between two, about `count` of them.
function ticks(low, high, count) {
    const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find(factor => factor * power >= rough * 0.999);
    const list = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) list.push(i * step);
    return list;
}

function tickText(x) {
    const size = Math.abs(x);
    if (size >= 1e6) return String(Number((x / 1e6).toPrecision(3))) + ' M';
    return String(Number(x.toPrecision(4)));
}

// [low, high] of the numbers; what differs in its last digits only is a level line, and is shown as one.
function rangeOf(numbers) {
    let low = Infinity, high = -Infinity;
    for (const x of numbers) {
        low = Math.min(low, x);
        high = Math.max(high, x);
    }
    if (low === Infinity) return [0, 1];
    const least = 1e-6 * Math.max(Math.abs(low), Math.abs(high), 1e-6);
    return high - low > least ? [low, high] : [low - 0.5, high + 0.5];
}

function element(name, attributes, text) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
}

// Points of the metric's curves: [{ method, points: [[units, value]] }], one for each run.
function curvesOf(rows, metric) {
    const runs = new Map();
    for (const row of rows) {
        const x = Number(row.units), y = Number(row.value);
        if (row.metric !== metric || row.value === '' || !Number.isFinite(y)) continue;
        const name = taskName(row);
        if (!runs.has(name)) runs.set(name, { method: row.method, points: [] });
        runs.get(name).points.push([x, y]);
    }
    return [...runs.values()];
}

function axes(svg, [left, right], [low, high], place) {
    for (const y of ticks(low, high, 5)) {
        svg.append(element('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: place.y(y), y2: place.y(y) }));
        svg.append(element('text', { x: LEFT - 8, y: place.y(y) + 5, 'text-anchor': 'end' }, tickText(y)));
    }
    for (const x of ticks(left, right, 5))
        svg.append(element('text', { x: place.x(x), y: HEIGHT - BOTTOM + 20, 'text-anchor': 'middle' }, tickText(x)));
    svg.append(element('text', { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4, 'text-anchor': 'middle' }, 'units of training'));
}

// Draws anew; `methods` gives each its colour by its place in the list.
function drawCurves(svg, rows, metric, methods) {
    const curves = curvesOf(rows, metric), points = curves.flatMap(curve => curve.points);
    const [left, right] = rangeOf(points.map(point => point[0])), [low, high] = rangeOf(points.map(point => point[1]));
    const place = {
        x: x => LEFT + (x - left) / (right - left) * (WIDTH - LEFT - RIGHT),
        y: y => HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM),
    };
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.replaceChildren(element('title', {}, `${metric} over units of training, ${curves.length} runs`));
    axes(svg, [left, right], [low, high], place);
    for (const curve of curves) {
        const line = curve.points.map(([x, y]) => `${place.x(x).toFixed(1)},${place.y(y).toFixed(1)}`).join(' ');
        svg.append(element('polyline', { points: line, stroke: COLOURS[methods.indexOf(curve.method) % COLOURS.length] }));
    }
}
