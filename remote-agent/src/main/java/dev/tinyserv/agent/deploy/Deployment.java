package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.release.Release;

/**
 * A release that has become current.
 *
 * @param release the release
 * @param running whether instances of it run; not if the app is stopped or has no code yet
 */
public record Deployment(Release release, boolean running) {}
