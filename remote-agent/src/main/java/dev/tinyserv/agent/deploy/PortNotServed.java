package dev.tinyserv.agent.deploy;

import dev.tinyserv.buildpacks.base.Refusal;

/** The router has an app's route, and cannot listen on the app's port: nobody reaches the app there. */
public final class PortNotServed extends Refusal {
    private static final long serialVersionUID = 1L;

    public PortNotServed(String message) {
        super(message);
    }
}
