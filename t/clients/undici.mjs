// npm undici: request, stream and fetch; HTTP by base URL, purpose by header.

import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { FormData, fetch, request } from 'undici';
import { base, drive } from './driver.mjs';

const url = `${base}/openai/v1/datasets`;
const training = { 'X-Data-Purpose': 'ai-training',
                   'Content-Type': 'application/x-ndjson' };


async function checked({ statusCode, body }) {
    const text = await body.text();

    if (statusCode !== 200) {
        throw new Error(`${statusCode}: ${text}`);
    }
}


await drive({
    request: async ({ file, headers }) => checked(await request(url, {
        method: 'POST', body: readFileSync(file),
        headers: { ...training, ...headers } })),

    stream: async ({ file, headers }) => checked(await request(url, {
        method: 'POST', body: createReadStream(file),
        headers: { ...training, ...headers } })),

    form: async ({ file, headers }) => {
        const body = new FormData();

        body.set('file', new Blob([readFileSync(file)]), 'train.jsonl');
        body.set('purpose', 'fine-tune');

        const response = await fetch(`${base}/openai/v1/files`,
            { method: 'POST', body, headers });

        await checked({ statusCode: response.status, body: response });
    },

    'fetch stream': async ({ file, headers }) => {
        const response = await fetch(url, { method: 'POST', duplex: 'half',
            body: Readable.toWeb(createReadStream(file)),
            headers: { ...training, ...headers } });

        await checked({ statusCode: response.status, body: response });
    },
});
