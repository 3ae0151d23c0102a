// npm @aws-sdk/client-s3 and lib-storage: under the bucket's own name, by TLS.

import { createReadStream, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand,
    PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { drive, httpsAgent } from './driver.mjs';

const Key = 'fine-tune/train.jsonl';
const Bucket = 'acme-training-data';


// Policy headers are added after signing: the proxy takes them off, and a
// signature that covers them would not fit any more.

function client({ headers }, options) {
    const s3 = new S3Client({ requestHandler: { httpsAgent }, ...options });

    s3.middlewareStack.add((next) => (args) => {
        Object.assign(args.request.headers, headers);

        return next(args);
    }, { step: 'finalizeRequest', priority: 'low' });

    return s3;
}


const put = (order, more, options) => client(order, options).send(
    new PutObjectCommand({ Bucket, Key, ...more }));


await drive({
    buffer: (order) => put(order, { Body: readFileSync(order.file),
        ContentType: 'application/jsonl' }),

    'path style': (order) => put(order, { Body: readFileSync(order.file) },
        { forcePathStyle: true }),

    stream: (order) => put(order, { Body: createReadStream(order.file) }),

    gzip: (order) => put(order, { Body: readFileSync(order.file),
        ContentType: 'application/jsonl', ContentEncoding: 'gzip' }),

    csv: (order) => put(order, { Body: readFileSync(order.file),
        ContentType: 'text/csv' }),

    'csv stream': (order) => put(order, { Body: createReadStream(order.file),
        ContentType: 'text/csv' }),

    backup: (order) => put({ ...order }, { Body: readFileSync(order.file),
        Bucket: 'acme-backup', ContentType: 'text/csv' }),

    // parts that end where a record ends
    multipart: async (order) => {
        const s3 = client(order);
        const bytes = readFileSync(order.file);
        const cut = bytes.indexOf('\n') + 1;
        const { UploadId } = await s3.send(
            new CreateMultipartUploadCommand({ Bucket, Key }));
        const Parts = [];

        for (const Body of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
            const PartNumber = Parts.length + 1;

            if (Body.length) {
                Parts.push({ PartNumber, ...await s3.send(
                    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber,
                        Body })) });
            }
        }

        await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key,
            UploadId, MultipartUpload: { Parts: Parts.map((part) => (
                { PartNumber: part.PartNumber, ETag: part.ETag })) } }));
    },

    // parts of 5 MB, cut anywhere
    'cut parts': (order) => new Upload({ client: client(order), params: {
        Bucket, Key, Body: createReadStream(order.file) } }).done(),
});
