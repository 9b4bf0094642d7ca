'use strict';

module.exports = (release, name) => `Hello from ${release} ${name}`;
