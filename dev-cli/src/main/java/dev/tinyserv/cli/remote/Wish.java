package dev.tinyserv.cli.remote;

import org.jspecify.annotations.Nullable;

/**
 * What a call says about its destination.
 *
 * @param aboutApp whether it is about one app, rather than about the server
 * @param changes whether it changes something
 * @param app the app that the user named, or null
 * @param remote the git remote that the user named, or null for the usual one
 */
public record Wish(
        boolean aboutApp,
        boolean changes,
        @Nullable String app,
        @Nullable String remote) {}
