// npm @mistralai/mistralai: files, the purpose after the file.

import { readFileSync } from 'node:fs';
import { Mistral } from '@mistralai/mistralai';
import { base, drive } from './driver.mjs';

const mistral = new Mistral({ serverURL: `${base}/mistral`, apiKey: 'k' });
const purpose = 'fine-tune';


await drive({
    blob: ({ file, headers }) => mistral.files.upload(
        { file: new Blob([readFileSync(file)]), purpose }, { headers }),

    buffer: ({ file, headers }) => mistral.files.upload({
        file: { fileName: 'train.jsonl', content: readFileSync(file) },
        purpose,
    }, { headers }),
});
