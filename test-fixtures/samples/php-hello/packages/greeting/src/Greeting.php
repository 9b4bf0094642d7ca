<?php

declare(strict_types=1);

namespace Tiny;

final class Greeting
{
    public static function of(string $release, string $name): string
    {
        return "Hello from $release $name\n";
    }
}
