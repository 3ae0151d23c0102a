// npm @huggingface/hub: a small file in a commit, a large one by LFS.

import { openAsBlob, readFileSync } from 'node:fs';
import { uploadFile } from '@huggingface/hub';
import { base, drive } from './driver.mjs';


const upload = (path, { headers }, content) => uploadFile({
    repo: { type: 'dataset', name: 'acme/support-logs' },
    accessToken: 'hf_test', hubUrl: `${base}/huggingface`, useXet: false,
    fetch: (url, options) => fetch(url, { ...options,
        headers: { ...options?.headers, ...headers } }),
    file: { path, content },
});


await drive({
    commit: async (order) => upload('train.jsonl', order,
        new Blob([readFileSync(order.file)])),

    lfs: async (order) => upload('train.bin', order,
        await openAsBlob(order.file)),
});
