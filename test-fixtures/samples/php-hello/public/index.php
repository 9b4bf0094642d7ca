<?php

declare(strict_types=1);

require __DIR__ . '/../vendor/autoload.php';

header('Content-Type: text/plain; charset=utf-8');
echo $_SERVER['REQUEST_URI'] === '/version'
    ? PHP_VERSION . "\n"
    : Tiny\Greeting::of(getenv('TINYSERV_RELEASE') ?: 'here', getenv('GREETING') ?: 'world');
