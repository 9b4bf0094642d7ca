#!/usr/bin/env node
'use strict';

// tiny-page TEMPLATE OUT: writes the template with {{NAME}} replaced from the environment.

const fs = require('node:fs');
const path = require('node:path');

const [template, out] = process.argv.slice(2);
const page = fs.readFileSync(template, 'utf8')
    .replace(/\{\{(\w+)\}\}/g, (all, name) => process.env[name] || '');
fs.mkdirSync(path.dirname(out), { recursive: true });
fs.writeFileSync(out, page);
console.log(`tiny-page wrote ${out}`);
