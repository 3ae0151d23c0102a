"""python3-boto3: S3 under the bucket's own name, by TLS and the company's
CA."""

import boto3

from driver import drive

PLACE = {'Bucket': 'acme-training-data', 'Key': 'fine-tune/train.jsonl'}


# Policy headers are added after signing, as in s3.mjs.

def client(order):
    s3 = boto3.client('s3')

    s3.meta.events.register('before-send.s3', lambda request, **_: (
        request.headers.update(order['headers'])))

    return s3


def content(order):
    with open(order['file'], 'rb') as file:
        return file.read()


def put(order, body, **named):
    client(order).put_object(Body=body, **PLACE, **named)


def stream(order):
    with open(order['file'], 'rb') as file:
        put(order, file)


def multipart(order):
    s3 = client(order)
    first, rest = content(order).split(b'\n', 1)
    upload = s3.create_multipart_upload(**PLACE)['UploadId']
    parts = []

    for body in filter(None, [first + b'\n', rest]):
        number = len(parts) + 1
        tag = s3.upload_part(UploadId=upload, PartNumber=number, Body=body,
                             **PLACE)['ETag']
        parts.append({'PartNumber': number, 'ETag': tag})

    s3.complete_multipart_upload(UploadId=upload, **PLACE,
                                 MultipartUpload={'Parts': parts})


drive({
    'buffer': lambda order: put(order, content(order),
                                ContentType='application/jsonl'),
    'stream': stream,
    'gzip': lambda order: put(order, content(order),
                              ContentEncoding='gzip'),
    'csv': lambda order: put(order, content(order), ContentType='text/csv'),
    'upload_file': lambda order: client(order).upload_file(
        order['file'], *PLACE.values()),
    'multipart upload': multipart,
})
