package dev.tinyserv.agent.deploy;

import dev.tinyserv.buildpacks.base.Refusal;

/** The refusal for an app whose route the router has, but whose port the router cannot listen on. */
public final class PortNotServed extends Refusal {
    private static final long serialVersionUID = 1L;

    /** A refusal with one line for the user: which port, why, and what to do. */
    public PortNotServed(String message) {
        super(message);
    }
}
