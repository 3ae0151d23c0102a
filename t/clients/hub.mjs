// npm @huggingface/hub: a small file in a commit, a large one by LFS.

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
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
    commit: (order) => upload('train.jsonl', order,
        new Blob([readFileSync(order.file)])),

    lfs: (order) => upload('train.bin', order, pathToFileURL(order.file)),
});
