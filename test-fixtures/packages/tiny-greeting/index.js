'use strict';

module.exports = (from, whom) => `Hello from ${from} ${whom}`;
