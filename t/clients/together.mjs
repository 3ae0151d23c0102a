// npm together-ai: an upload in two hops, the second to where the answer of
// the first leads, under that host's own name.

import { createRequire } from 'node:module';
import { base, dispatcher, drive } from './driver.mjs';

process.env.TOGETHER_API_BASE_URL = `${base}/together/v1`;

// its modules lose "require", and with that all files, outside CommonJS
const Together = createRequire(import.meta.url)('together-ai');
const together = new Together({ apiKey: 'k',
    baseURL: process.env.TOGETHER_API_BASE_URL });
const plain = globalThis.fetch;


await drive({
    // It takes no headers, and its stream needs a word that Node's fetch wants:
    // a wrapper adds both, on both hops.  Its own check of the file would not
    // have fields beside the messages.
    file: async ({ file, headers }) => {
        globalThis.fetch = (url, options) => plain(url, { ...options,
            dispatcher, duplex: 'half',
            headers: { ...options?.headers, ...headers } });

        await together.files.upload(file, 'fine-tune', false);
    },
});
