"""What the Python clients share: one order a line, as in driver.mjs."""

import json
import os
import socket
import sys
import traceback

BASE = os.environ['EGRESS_BASE']
resolve = socket.getaddrinfo


# The company's DNS, played in the process: names of https lead to the proxy.

def routed(host, port, *args, **named):
    if port == 443:
        host, port = '127.0.0.1', int(os.environ['EGRESS_TLS'])

    return resolve(host, port, *args, **named)


socket.getaddrinfo = routed


def drive(cases):
    for line in sys.stdin:
        order = json.loads(line)
        result = {}

        try:
            cases[order['case']](order)

        except Exception as error:
            result['message'] = str(error)
            result['shown'] = traceback.format_exc()

        print(json.dumps(result), flush=True)
