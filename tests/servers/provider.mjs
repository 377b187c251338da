// An OpenID provider on the loopback, as if a proxy in front of it held its certificate.
import Provider from 'oidc-provider';

const { issuer, port, ...configuration } = JSON.parse(process.argv[2]);

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
provider.listen(port, '127.0.0.1');
