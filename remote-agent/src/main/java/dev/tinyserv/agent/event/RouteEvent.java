package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;

/** What becomes of an app's routes and requests. */
public sealed interface RouteEvent extends Event {
    @Override
    AppName app();

    /** The router cannot listen on the app's port, and tries again each second. */
    record PortLost(AppName app, int port, String why) implements RouteEvent {
        @Override
        public String part() {
            return "route";
        }

        @Override
        public String text() {
            return "port " + port + " cannot be listened on (" + why + "); trying again each second";
        }
    }

    /** The router listens on the app's port again. */
    record PortBack(AppName app, int port) implements RouteEvent {
        @Override
        public String part() {
            return "route";
        }

        @Override
        public String text() {
            return "port " + port + " is listened on";
        }
    }

    /** The router does not have the app's wanted route yet. */
    record NotRouted(AppName app, String text) implements RouteEvent {
        @Override
        public String part() {
            return "route";
        }
    }

    /** The router answered a request itself, or broke its answer off, because the app could not. */
    record RequestFailed(AppName app, FailedRequest request) implements RouteEvent {
        @Override
        public String source() {
            return ROUTER;
        }

        @Override
        public String part() {
            return ROUTER;
        }

        @Override
        public String text() {
            return request.text();
        }
    }

    /** A line from the router: how many more requests failed, or what the app does wrong. */
    record RouterSaid(AppName app, String text) implements RouteEvent {
        @Override
        public String source() {
            return ROUTER;
        }

        @Override
        public String part() {
            return ROUTER;
        }
    }

    /** The source and part of what the router tells. */
    String ROUTER = "router";
}
