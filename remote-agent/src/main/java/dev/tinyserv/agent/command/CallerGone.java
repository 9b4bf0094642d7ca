package dev.tinyserv.agent.command;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Nobody reads any more what a call prints. No other trouble with files or connections is one of these. */
final class CallerGone extends UncheckedIOException {
    CallerGone(IOException cause) {
        super("the caller has gone", cause);
    }
}
