"""python3-requests: forms, bodies, generators; by base URL, by http_proxy, and
by TLS under the recipient's own name."""

import os

import requests

from driver import BASE, drive

FILES = BASE + '/openai/v1/files'
OTHER = BASE + '/openai/v1/datasets'
TRAINING = {'X-Data-Purpose': 'ai-training'}


# raise_for_status() names status and phrase; the body is the reader's to show

def send(url, order, headers={}, **named):
    answer = requests.post(url, headers={**headers, **order['headers']},
                           **named)

    if not answer.ok:
        raise requests.HTTPError('%d %s: %s' % (
            answer.status_code, answer.reason, answer.text))


def form(url, order, **named):
    with open(order['file'], 'rb') as file:
        send(url, order, data={'purpose': 'fine-tune'},
             files={'file': ('train.jsonl', file)}, **named)


def typed(order, kind, data):
    send(OTHER, order, {'Content-Type': kind, **TRAINING}, data=data)


def content(order):
    with open(order['file'], 'rb') as file:
        return file.read()


# a file has a length, even as an iterator; this has none

def lines(order):
    with open(order['file'], 'rb') as file:
        yield from file


drive({
    'form': lambda order: form(FILES, order),
    'form, http_proxy': lambda order: form(
        'http://api.openai.com/v1/files', order, proxies={'http': BASE}),
    'form, TLS': lambda order: form(
        'https://api.openai.com/v1/files', order,
        verify=os.environ['EGRESS_CA']),
    'body': lambda order: typed(order, 'application/jsonl', content(order)),
    'generator': lambda order: typed(
        order, 'application/x-ndjson', lines(order)),
    'csv': lambda order: typed(order, 'text/csv', content(order)),
})
