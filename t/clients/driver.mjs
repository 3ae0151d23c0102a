// What the npm clients share.  A program names its cases; it reads one order
// after another, each a line of JSON with case, file and headers, and answers
// each with one line: the error as the client shows it, or none.

import { Agent as HttpsAgent } from 'node:https';
import { createInterface } from 'node:readline';
import { connect as tlsConnect } from 'node:tls';
import { inspect } from 'node:util';
import { Agent, buildConnector, setGlobalDispatcher } from 'undici';

// the proxy: base URLs, and the port of TLS

export const base = process.env.EGRESS_BASE;
const tls = process.env.EGRESS_TLS;


// The company's DNS, played in the process: names lead to the proxy.  Only
// the address and the port change, so name, Host and certificate are real.

const connector = buildConnector({});

export const dispatcher = new Agent({
    connect(options, callback) {
        connector(options.protocol !== 'https:' ? options : {
            ...options, hostname: '127.0.0.1', host: `127.0.0.1:${tls}`,
            port: tls, servername: options.servername || options.hostname,
        }, callback);
    },
});

setGlobalDispatcher(dispatcher);


class Routed extends HttpsAgent {
    createConnection(options, callback) {
        const socket = tlsConnect({ ...options, host: '127.0.0.1', port: tls,
            servername: options.servername || options.host });

        socket.once('secureConnect', () => callback?.(null, socket));

        return socket;
    }
}

export const httpsAgent = new Routed();


export async function drive(cases) {
    for await (const line of createInterface({ input: process.stdin })) {
        const order = JSON.parse(line);
        const result = {};

        try {
            await cases[order.case](order);

        } catch (error) {
            result.message = String(error?.stack ? error
                : error?.message ?? error);
            result.shown = inspect(error);
        }

        console.log(JSON.stringify(result));
    }

    process.exit();
}
