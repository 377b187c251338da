// An OpenID provider on the loopback, as if a proxy in front of it held its certificate.
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const { issuer, port, acceptsGet, ...configuration } = JSON.parse(process.argv[2]);

const provider = new Provider(issuer, {
  ...configuration,
  cookies: { keys: ['for tests'] },
  extraClientMetadata: { properties: ['requires_pkce'] },
  // It would ask every client for PKCE, and the stack has none.
  pkce: { required: (_, client) => client.requires_pkce === true },
  // Programs read the errors.
  renderError: (ctx, error) => { ctx.body = error; },
  routes: { authorization: '/authorize', token: '/token' },
});
provider.proxy = true;
const answer = provider.callback();

// Some providers, Facebook for one, also accept a GET at the token endpoint: with `acceptsGet` its
// query is read as the form that others want.
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (!acceptsGet || request.method !== 'GET' || pathname !== '/token') {
    answer(request, response);
    return;
  }
  request.on('end', () => {
    const body = Object.fromEntries(searchParams);
    Object.assign(request, { method: 'POST', url: pathname, body });
    request.headers['content-type'] = 'application/x-www-form-urlencoded';
    request.headers['content-length'] = String(searchParams.toString().length);
    answer(request, response);
  });
  request.resume();
}).listen(port, '127.0.0.1');
