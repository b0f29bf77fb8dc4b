// A proxy that shows a server under a path, as one that serves several things does.

import { createServer, request } from 'node:http';
import { connect } from 'node:net';

/** Shows under `/a/b/` what `target` says, an address with a port; answers where. */
export async function proxy(target) {
  const below = (url) => (url.startsWith('/a/b/') ? url.slice('/a/b'.length) : undefined);
  const server = createServer((asked, answer) => {
    const path = below(asked.url);
    if (!path) return answer.writeHead(404).end();
    const { hostname, port } = new URL(target());
    const onward = request({ hostname, port, path, method: asked.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode, answered.headers);
      answered.pipe(answer);
    });
    return asked.pipe(onward);
  });
  server.on('upgrade', (asked, socket) => {
    const { hostname, port } = new URL(target());
    const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const onward = connect(port, hostname, () => {
      onward.write(`GET ${below(asked.url)} HTTP/1.1\r\n${headers.join('')}\r\n`);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on('error', () => [socket, onward].forEach((other) => other.destroy()));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/a/b`, stop };
}
