// npm got: a form from form-data, a stream, JSON.

import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import FormData from 'form-data';
import got from 'got';
import { base, drive } from './driver.mjs';

const url = `${base}/openai/v1/datasets`;
const purpose = { 'X-Data-Purpose': 'ai-training' };


// got's own error names the status only; its response holds the body

async function shown(sent) {
    try {
        return await sent;

    } catch (error) {
        error.message += `: ${error.response?.body}`;
        throw error;
    }
}


await drive({
    form: ({ file, headers }) => {
        const body = new FormData();

        body.append('purpose', 'fine-tune');
        body.append('file', createReadStream(file), 'train.jsonl');

        return shown(got.post(`${base}/openai/v1/files`, { body, headers }));
    },

    buffer: ({ file, headers }) => shown(got.post(url, {
        body: readFileSync(file), headers: { ...purpose, ...headers,
            'Content-Type': 'application/jsonl' } })),

    stream: ({ file, headers }) => shown((async () => {
        const sink = new Writable({ write: (part, _, done) => done() });

        await pipeline(createReadStream(file), got.stream.post(url, {
            headers: { ...purpose, ...headers } }), sink);
    })()),
});
