/* A provider of OpenID Connect to sign in at, as a process of its own. It reads its configuration as JSON from standard
   input: { issuer, port, clients, keys, forged }. Whoever signs in is who they say they are; their account has the mail
   address it is called by, or the one that was set.

   POST /set?account=…&email=…   gives an account a mail address
   POST /set?lie=…               "nonce": tokens are of another attempt; "key": other keys are published than it signs with;
                                 "unverified": nobody checked the addresses; "": honest again */

import { text } from "node:stream/consumers";
import Provider from "oidc-provider";

const { issuer, port, clients, keys, forged } = JSON.parse(await text(process.stdin));
const addresses = new Map();
let lie = "";

const provider = new Provider(issuer, {
  clients,
  jwks: { keys },
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false, // the token itself holds the address
  cookies: { keys: ["a key for cookies of a provider in tests"] },
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_, account) => ({
    accountId: account,
    claims: () => ({ sub: account, email: addresses.get(account) ?? account, email_verified: lie !== "unverified" }),
  }),
});

provider.use(async (context, next) => {
  if (context.method === "POST" && context.path === "/set") {
    if (context.query.account) addresses.set(context.query.account, context.query.email);
    else lie = context.query.lie;
    context.body = {};
    return;
  }
  if (lie === "nonce" && context.path === "/auth") context.query = { ...context.query, nonce: "of-another-attempt" };
  await next();
  if (lie === "key" && context.path === "/jwks") context.body = { keys: forged };
});

provider.listen(port, "127.0.0.1", () => process.stdout.write("listens\n"));
