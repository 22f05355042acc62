import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isAllowedAddress } from './addresses.ts';

describe('isAllowedAddress', () => {
  it('lets the internet be called', () => {
    for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::6810:84e5']) {
      assert.equal(isAllowedAddress(address, 'global'), true, address);
      assert.equal(isAllowedAddress(address, 'private'), true, address);
    }
  });

  it('calls private networks only where an admin named the host', () => {
    const inside = [
      '127.0.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '::1',
      'fd12::1',
      '::ffff:10.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
    ];
    for (const address of inside) {
      assert.equal(isAllowedAddress(address, 'global'), false, address);
      assert.equal(isAllowedAddress(address, 'private'), true, address);
    }
  });

  it('never calls what hands out cloud credentials, in any spelling', () => {
    const metadata = [
      '169.254.169.254',
      '169.254.170.2',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b:1::a9fe:a9fe',
      '2002:a9fe:a9fe::',
      '::ffff:0:169.254.169.254',
      '0xa9fea9fe',
      '2852039166',
      '0251.0376.0251.0376',
      'fd00:ec2::254',
      'fd20:ce::254',
      'fe80::a9fe:a9fe',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
    ];
    for (const address of metadata) {
      assert.equal(isAllowedAddress(address, 'global'), false, address);
      assert.equal(isAllowedAddress(address, 'private'), false, address);
    }
  });

  it('never calls nowhere, everybody or nonsense', () => {
    for (const address of ['0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255', '', 'a.b']) {
      assert.equal(isAllowedAddress(address, 'global'), false, address);
      assert.equal(isAllowedAddress(address, 'private'), false, address);
    }
  });
});
