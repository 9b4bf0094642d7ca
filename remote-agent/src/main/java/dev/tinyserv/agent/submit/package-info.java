/** Submissions, with which the pipeline begins: a version of an app that somebody wants to have live. */
@NullMarked
package dev.tinyserv.agent.submit;

import org.jspecify.annotations.NullMarked;
