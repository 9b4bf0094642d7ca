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

    /** The app's route is not what it should be yet. */
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

    /** What the router says of the app in words: how many more requests failed, or what the app does wrong. */
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

    /** Who says it, where that is the router itself. */
    String ROUTER = "router";
}
