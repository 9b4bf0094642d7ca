package dev.tinyserv.agent.submit;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;

/**
 * Where a submission comes from.
 *
 * @param by the account that submitted it
 * @param address the address of this machine that the submitter used, for URLs that we print
 * @param transcript what the submitter reads
 * @param cancellation cancelled when the submitter has left
 */
public record Origin(Account by, String address, Transcript transcript, Cancellation cancellation) {}
