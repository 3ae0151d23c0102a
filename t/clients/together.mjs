// npm together-ai: an upload in two hops, the second to where the answer of
// the first leads, under that host's own name.  It takes no headers.

import { base, dispatcher, drive } from './driver.mjs';

process.env.TOGETHER_API_BASE_URL = `${base}/together/v1`;

const { default: Together } = await import('together-ai');
const together = new Together({ apiKey: 'k',
    baseURL: process.env.TOGETHER_API_BASE_URL });
const plain = globalThis.fetch;


await drive({
    file: async ({ file, headers }) => {
        // what the company's own wrapper of fetch would add
        globalThis.fetch = (url, options) => plain(url, { ...options,
            dispatcher, headers: { ...options?.headers, ...headers } });

        await together.files.upload(file, 'fine-tune');
    },
});
