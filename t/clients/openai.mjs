// npm openai: files, uploads in parts, a fine-tuning job, a chat.

import { File } from 'node:buffer';
import { createReadStream, readFileSync } from 'node:fs';
import OpenAI, { toFile } from 'openai';
import { base, drive } from './driver.mjs';

globalThis.File ??= File;       // Node 18, as the package itself says

const openai = new OpenAI({ baseURL: `${base}/openai/v1`, apiKey: 'sk-test' });
const purpose = 'fine-tune';
const named = (file) => toFile(readFileSync(file), 'train.jsonl');


await drive({
    stream: ({ file, headers }) => openai.files.create(
        { purpose, file: createReadStream(file) }, { headers }),

    'stream, file first': ({ file, headers }) => openai.files.create(
        { file: createReadStream(file), purpose }, { headers }),

    buffer: async ({ file, headers }) => openai.files.create(
        { purpose, file: await named(file) }, { headers }),

    'buffer, file first': async ({ file, headers }) => openai.files.create(
        { file: await named(file), purpose }, { headers }),

    parts: async ({ file, headers }) => {
        const bytes = readFileSync(file);
        const cut = bytes.indexOf('\n') + 1;
        const { id } = await openai.uploads.create({ purpose,
            filename: 'train.jsonl', mime_type: 'application/jsonl',
            bytes: bytes.length }, { headers });
        const parts = [];

        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
            parts.push(await openai.uploads.parts.create(id,
                { data: await toFile(part, 'part') }, { headers }));
        }

        await openai.uploads.complete(id,
            { part_ids: parts.map((part) => part.id) }, { headers });
    },

    job: ({ headers, metadata }) => openai.fineTuning.jobs.create({
        model: 'gpt-4o-mini-2024-07-18', training_file: 'file-abc', metadata,
    }, { headers }),

    chat: ({ headers }) => openai.chat.completions.create({
        model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }],
    }, { headers }),
});
