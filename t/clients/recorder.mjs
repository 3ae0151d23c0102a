// The recipients behind the proxy: every vendor's name leads here.  It keeps
// each request, and answers as the vendor would.
//
//     node recorder.mjs DIR CERTIFICATE KEY
//
// It prints one line of JSON with its ports, and writes for request N, before
// it answers, DIR/N.json: method, host, path, headers, signature (of S3), and
// DIR/N.body: the bytes, DIR/N.data: what the client was given to send, out
// of its multipart, chunks or base64.  It ends with its standard input.

import { createHash, createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [, , dir, certificate, key] = process.argv;
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const id = '497f6eca-6276-4993-bfeb-53cbbbba6f09';
let count = 0;
let opened = 0;


// what the bytes are about

function crc32(bytes) {
    let crc = ~0;

    for (const byte of bytes) {
        crc ^= byte;

        for (let i = 0; i < 8; i++) {
            crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
        }
    }

    const value = Buffer.alloc(4);
    value.writeUInt32BE(~crc >>> 0);

    return value.toString('base64');
}


function multipart(body, type) {
    const boundary = '--' + /boundary="?([^";]+)/.exec(type)[1];
    const files = [];

    for (let at = body.indexOf(boundary); at >= 0;) {
        const next = body.indexOf('\r\n' + boundary, at);
        const head = body.indexOf('\r\n\r\n', at);

        if (next < 0) {
            break;
        }

        if (/filename/.test(body.subarray(at, head).toString())) {
            files.push(body.subarray(head + 4, next));
        }

        at = next + 2;
    }

    return Buffer.concat(files);
}


function awsChunked(body) {
    const parts = [];
    let at = 0;

    for (;;) {
        const end = body.indexOf('\r\n', at);
        const size = parseInt(body.subarray(at, end).toString(), 16);

        if (!(size > 0)) {
            const [, crc] = /crc32:(\S+)/.exec(body.subarray(end).toString())
                ?? [];
            const data = Buffer.concat(parts);

            return crc && crc !== crc32(data) ? Buffer.from('bad checksum')
                : data;
        }

        parts.push(body.subarray(end + 2, end + 2 + size));
        at = end + size + 4;
    }
}


function hubCommit(body) {
    return Buffer.concat(body.toString().split('\n').filter(Boolean)
        .map((line) => JSON.parse(line))
        .filter((line) => line.key === 'file')
        .map((line) => Buffer.from(line.value.content, 'base64')));
}


function data(request, body) {
    const type = request.headers['content-type'] ?? '';

    if (/^multipart\//.test(type)) {
        return multipart(body, type);
    }

    if (/aws-chunked/.test(request.headers['content-encoding'])
        || /^STREAMING-/.test(request.headers['x-amz-content-sha256']))
    {
        return awsChunked(body);
    }

    return /\/commit\//.test(request.url) ? hubCommit(body) : body;
}


// SigV4 as S3 checks it

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const hmac = (by, text) => createHmac('sha256', by).update(text).digest();
const escaped = (text) => encodeURIComponent(decodeURIComponent(text))
    .replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16)
        .toUpperCase());


// in a header, or in the query of a signed URL

function signed(request) {
    const { searchParams: asked } = new URL(request.url, 'http://x');
    const found = new RegExp('Credential=[^/]+/(\\S+?/aws4_request),'
        + '\\s*SignedHeaders=([^,]+),\\s*Signature=(\\S+)')
        .exec(request.headers.authorization ?? '');

    if (found) {
        return [...found.slice(1), request.headers['x-amz-date'],
                request.headers['x-amz-content-sha256']];
    }

    return asked.has('X-Amz-Credential')
        ? [asked.get('X-Amz-Credential').replace(/^[^/]+\//, ''),
           asked.get('X-Amz-SignedHeaders'), asked.get('X-Amz-Signature'),
           asked.get('X-Amz-Date'), 'UNSIGNED-PAYLOAD'] : null;
}


function signature(request, body) {
    const found = signed(request);

    if (!found) {
        return 'none';
    }

    const [scope, names, wanted, date, hash] = found;
    const [path, query = ''] = request.url.split('?');

    if (/^[0-9a-f]{64}$/.test(hash) && hash !== sha256(body)) {
        return 'wrong payload';
    }

    const canonical = [
        request.method, path,
        query.split('&').filter((pair) => pair
            && !pair.startsWith('X-Amz-Signature=')).map((pair) => {
            const [name, value = ''] = pair.split('=');
            return escaped(name) + '=' + escaped(value);
        }).sort().join('&'),
        ...names.split(';').map((name) => name + ':'
            + (request.headers[name] ?? '').trim().replace(/ +/g, ' ')),
        '', names, hash,
    ].join('\n');

    const text = ['AWS4-HMAC-SHA256', date, scope,
        sha256(canonical)].join('\n');
    const by = scope.split('/').reduce((k, part) => hmac(k, part),
        'AWS4' + secret);

    return hmac(by, text).toString('hex') === wanted ? 'valid' : 'wrong';
}


// answers: the first row that fits

const file = (more) => ({
    id, object: 'file', bytes: 474, size_bytes: 474, created_at: 1790000000,
    filename: 'train.jsonl', purpose: 'fine-tune', status: 'processed',
    sample_type: 'instruct', source: 'upload', num_lines: 3, Processed: true,
    LineCount: 0, FileType: 'jsonl', ...more,
});

const upload = (status, more) => ({
    id: 'upload_1', object: 'upload', bytes: 474, created_at: 1790000000,
    expires_at: 1790003600, filename: 'train.jsonl', purpose: 'fine-tune',
    status, ...more,
});

const storage = 'https://together-user-files.r2.cloudflarestorage.com/'
    + 'uploads/file-1?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=sig';

const lfs = 'https://hf-hub-lfs-us-east-1.s3-accelerate.amazonaws.com/repos/'
    + 'ab/cd/oid?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=sig';

const xml = (name, inside) => ({
    headers: { 'Content-Type': 'application/xml' },
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://`
        + `s3.amazonaws.com/doc/2006-03-01/">${inside}</${name}>`,
});

const place = '<Bucket>acme-training-data</Bucket><Key>train.jsonl</Key>';


// objects of S3, as HEAD tells them

const objects = new Map();

function store(body, request) {
    const hash = createHash('md5').update(body).digest('hex');
    const meta = Object.entries(request.headers)
        .filter(([name]) => name.startsWith('x-amz-meta-'));
    const headers = { ETag: `"${hash}"` };

    objects.set(request.url.replace(/\?.*/, ''), { ...headers,
        ...Object.fromEntries(meta), 'Content-Length': body.length,
        'Last-Modified': new Date().toUTCString() });

    return { headers };
}

function head(body, request) {
    const headers = objects.get(request.url.replace(/\?.*/, ''));

    return headers ? { headers } : { status: 404 };
}

const answers = [
    [/^POST api\.openai\.com\/v1\/uploads$/,
     () => ({ json: upload('pending') })],
    [/^POST api\.openai\.com\/v1\/uploads\/\w+\/parts$/,
     () => ({ json: { id: 'part_1', object: 'upload.part',
                      created_at: 1790000000, upload_id: 'upload_1' } })],
    [/^POST api\.openai\.com\/v1\/uploads\/\w+\/complete$/,
     () => ({ json: upload('completed', { file: file() }) })],
    [/^POST api\.openai\.com\/v1\/fine_tuning\/jobs$/,
     () => ({ json: { id: 'ftjob-1', object: 'fine_tuning.job',
                      status: 'queued' } })],
    [/^POST api\.openai\.com\/v1\/chat\/completions$/,
     () => ({ json: { id: 'c', object: 'chat.completion', choices: [
         { index: 0, message: { role: 'assistant', content: 'hi' } }] } })],

    [/^POST api\.together\.xyz\/v1\/files\?/,
     () => ({ status: 302, headers: { Location: storage,
                                      'X-Together-File-Id': 'file-1' } })],
    [/^\w+ api\.together\.xyz\/v1\/files\/file-1/,
     () => ({ json: file({ id: 'file-1' }) })],
    [/^PUT together-user-files\./, store],

    [/^POST huggingface\.co\/api\/datasets\/.*\/preupload\//,
     (body) => ({ json: { files: JSON.parse(body).files.map((f) => ({
         path: f.path, shouldIgnore: false,
         uploadMode: /\.bin$/.test(f.path) ? 'lfs' : 'regular' })) } })],
    [/^POST huggingface\.co\/.*\/info\/lfs\/objects\/batch$/,
     (body) => ({ json: { transfer: 'basic', objects:
         JSON.parse(body).objects.map((o) => ({ ...o, actions: {
             upload: { href: lfs, header: {} } } })) } })],
    [/^POST huggingface\.co\/api\/datasets\/.*\/commit\//,
     () => ({ json: { success: true, commitOid: '0'.repeat(40),
                      commitUrl: 'https://huggingface.co/commit',
                      hookOutput: '' } })],
    [/^GET huggingface\.co\/api\/datasets\//,
     () => ({ json: { id: 'acme/support-logs', private: true, gated: false,
                      sha: '0'.repeat(40), xetEnabled: false } })],

    [/^POST \S*amazonaws\.com\/\S*\?uploads/,
     () => xml('InitiateMultipartUploadResult',
               place + '<UploadId>u1</UploadId>')],
    [/^POST \S*amazonaws\.com\/\S*uploadId=/,
     () => xml('CompleteMultipartUploadResult',
               place + '<ETag>"0"</ETag>')],
    [/^HEAD \S*amazonaws\.com\//, head],
    [/^GET \S*amazonaws\.com\//,
     () => xml('ListBucketResult', '<Name>acme-training-data</Name>'
               + '<IsTruncated>false</IsTruncated>')],
    [/^PUT \S*amazonaws\.com\//, store],

    [/^POST \S+\/v1\/files$/, () => ({ json: file() })],
    [/./, () => ({ text: 'ok\n' })],
];


function answer(request, body) {
    const what = `${request.method} ${request.headers.host}${request.url}`;
    const [, make] = answers.find(([pattern]) => pattern.test(what));

    return make(body, request);
}


function record(request, body, complete) {
    const n = String(++count).padStart(4, '0');
    const signed = complete ? signature(request, body) : 'none';

    writeFileSync(`${dir}/${n}.body`, body);
    writeFileSync(`${dir}/${n}.data`, complete ? data(request, body) : body);
    writeFileSync(`${dir}/${n}.part`, JSON.stringify({
        method: request.method, host: request.headers.host,
        path: request.url, headers: request.rawHeaders,
        servername: request.socket.servername, signature: signed, complete,
    }));

    // whoever looks for *.json while this is written finds a whole one or none
    renameSync(`${dir}/${n}.part`, `${dir}/${n}.json`);

    return signed;
}


const server = createServer({
    cert: readFileSync(certificate), key: readFileSync(key),
}, (request, response) => {
    const parts = [];
    const open = `${dir}/${++opened}.open`;

    // a request that is cut off is recorded after its client has failed: this
    // tells the test that there is one more to come

    writeFileSync(open, '');
    request.on('close', () => rmSync(open));

    request.on('data', (part) => parts.push(part));
    request.on('aborted', () => record(request, Buffer.concat(parts), false));
    request.on('end', () => {
        const body = Buffer.concat(parts);
        const bad = !/^(?:none|valid)$/.test(record(request, body, true));
        const { status = 200, headers = {}, json, text = '' } = bad
            ? { status: 403, ...xml('Error',
                    '<Code>SignatureDoesNotMatch</Code>') }
            : answer(request, body);

        response.writeHead(status, json
            ? { 'Content-Type': 'application/json' } : headers);
        response.end(json ? JSON.stringify(json) : text);
    });
});


// every name is at 127.0.0.1, for nginx's resolver

const dns = createSocket('udp4');

dns.on('message', (query, peer) => {
    const end = query.indexOf(0, 12) + 5;
    const address = query.readUInt16BE(end - 4) === 1;

    dns.send(Buffer.concat([
        query.subarray(0, 2),
        Buffer.from([0x81, 0x80, 0, 1, 0, address ? 1 : 0, 0, 0, 0, 0]),
        query.subarray(12, end),
        Buffer.from(address
            ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1] : []),
    ]), peer.port, peer.address);
});

dns.bind(0, '127.0.0.1', () => server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({
        https: server.address().port, dns: dns.address().port }));
}));

process.stdin.resume();
process.stdin.on('end', () => process.exit());
