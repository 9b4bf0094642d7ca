/** Value records that every stage of the pipeline speaks in. */
@NullMarked
package dev.tinyserv.agent.app;

import org.jspecify.annotations.NullMarked;
