package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A session of one git client, authenticated by a door.
 *
 * @param app the app whose repository it wants
 * @param by the account of the client
 * @param address the address of this machine that the client used, for URLs
 * @param in what the client sends
 * @param out what the client reads
 * @param err text for a person, if the client is too old for messages within the protocol
 * @param cancellation is cancelled by the caller when the connection is lost
 * @param protocol the client's {@code GIT_PROTOCOL}; empty for none
 */
public record GitSession(
        AppName app,
        Account by,
        String address,
        InputStream in,
        OutputStream out,
        OutputStream err,
        Cancellation cancellation,
        String protocol) {}
