package dev.tinyserv.agent.submit;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.source.AppSource;

/**
 * A version of an app that somebody wants to have live.
 *
 * @param app the app
 * @param origin where it comes from
 * @param commit the full id of the commit
 * @param source the commit's files
 * @param comparison tells what the commit changes
 * @param tip the branch that moves to the commit
 */
public record Submission(AppName app, Origin origin, String commit, AppSource source, Comparison comparison, Tip tip) {}
