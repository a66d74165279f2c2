// browser.mjs - a headless Chromium on a pipe, asked in its own protocol (DevTools): no package, no port.
//
//     const browser = await Browser.start('/usr/bin/chromium', ['--js-flags=...']);
//     const page = await browser.open('file:///...');
//     await page.value('document.title');
//     browser.end();
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Browser {
    static async start(program, flags = []) {
        const browser = new Browser();
        browser.home = mkdtempSync(join(tmpdir(), 'marlgold-browser-'));
        browser.process = spawn(program, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
            '--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${browser.home}`, ...flags],
        { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
        browser.process.on('exit', () => browser.fail(new Error('the browser has ended')));
        browser.calls = new Map();
        browser.listeners = [];
        browser.last = 0;
        browser.listen();
        await browser.call('Browser.getVersion');
        return browser;
    }

    // Messages end with a NUL.
    listen() {
        let rest = '';
        this.process.stdio[4].setEncoding('utf8').on('data', text => {
            const messages = (rest + text).split('\0');
            rest = messages.pop();
            for (const message of messages.map(JSON.parse)) {
                const waiting = this.calls.get(message.id);
                this.calls.delete(message.id);
                if (!waiting) this.listeners.forEach(listener => listener(message));
                else if (message.error) waiting.failed(new Error(message.error.message));
                else waiting.done(message.result);
            }
        });
    }

    fail(error) {
        for (const { failed } of this.calls.values()) failed(error);
        this.calls.clear();
    }

    call(method, params = {}, sessionId = undefined) {
        const id = ++this.last;
        this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
        return new Promise((done, failed) => this.calls.set(id, { done, failed }));
    }

    async open(address) {
        const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' });
        const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
        const page = new Page(this, sessionId, targetId);
        await page.call('Page.enable');
        await page.call('Network.enable');
        await page.go(address);
        return page;
    }

    // Its other processes write into its home for a moment after it has ended.
    async end() {
        const ended = new Promise(done => this.process.on('exit', done));
        this.process.kill('SIGTERM');
        await ended;
        rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
}

class Page {
    constructor(browser, session, target) {
        Object.assign(this, { browser, session, target, requests: [] });
        browser.listeners.push(message => {
            if (message.sessionId === session && message.method === 'Network.requestWillBeSent')
                this.requests.push(message.params.request.url);
        });
    }

    call(method, params = {}) { return this.browser.call(method, params, this.session); }

    async go(address) {
        const loaded = new Promise(done => this.browser.listeners.push(message => {
            if (message.sessionId === this.session && message.method === 'Page.loadEventFired') done();
        }));
        await this.call('Page.navigate', { url: address });
        await loaded;
    }

    // What an expression comes to, a promise's end included.
    async value(expression) {
        const said = await this.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        if (said.exceptionDetails) throw new Error(said.exceptionDetails.exception.description);
        return said.result.value;
    }

    async press(key, code, text) {
        const event = { key, code: key, windowsVirtualKeyCode: code, text };
        await this.call('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', ...event });
        await this.call('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    }

    // A phone of that width, in CSS pixels.
    size(width, height = 800) {
        return this.call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: true });
    }

    media(features) {
        const list = Object.entries(features).map(([name, value]) => ({ name, value }));
        return this.call('Emulation.setEmulatedMedia', { features: list });
    }

    close() { return this.browser.call('Target.closeTarget', { targetId: this.target }); }
}
