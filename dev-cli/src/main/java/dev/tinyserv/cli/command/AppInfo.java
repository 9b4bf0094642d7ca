package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import dev.tinyserv.cli.remote.GitRemote;
import dev.tinyserv.cli.remote.LocalAgent;
import dev.tinyserv.cli.remote.ServerAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An app in the server's {@code --json} answers. Each value is checked before it is used.
 *
 * @param url the URL of the app, or null when it takes no requests
 * @param repository the path of its repository on the server, or null when the server does not say
 */
record AppInfo(String name, @Nullable String url, @Nullable String repository) {
    private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9._\\[\\]:-]{1,300}(?:/[A-Za-z0-9._~/-]*)?");

    /** Reads an answer; throws when it is not one about this app. */
    static AppInfo parse(String json, String app) {
        Map<String, String> texts = texts(json);
        String name = texts.getOrDefault("name", app);
        String url = texts.get("url");
        boolean complete =
                url == null ? json.contains("\"url\"") : URL.matcher(url).matches();
        if (!name.equals(app) || !complete) {
            throw notUnderstood(json);
        }
        return new AppInfo(name, url, texts.get("repository"));
    }

    /** Sets the push URL in the repository here, and for a local app the programs that git starts. Returns the URL. */
    String addRemote(Here here, ServerAddress server, String remote) {
        String pushUrl = pushUrl(server);
        LocalAgent agent = new LocalAgent(here.surroundings());
        String receive = server.local() ? agent.gitService("git-receive-pack", server) : null;
        String upload = server.local() ? agent.gitService("git-upload-pack", server) : null;
        if (here.git().pushUrls(remote).isEmpty()) {
            here.git().addRemote(remote, pushUrl);
        } else {
            here.git().setRemoteUrl(remote, pushUrl);
        }
        configure(here, "remote." + remote + ".receivepack", receive);
        configure(here, "remote." + remote + ".uploadpack", upload);
        return pushUrl;
    }

    private static void configure(Here here, String setting, @Nullable String value) {
        if (value == null) {
            here.git().unset(setting);
        } else {
            here.git().configure(setting, value);
        }
    }

    private String pushUrl(ServerAddress server) {
        if (!server.local()) {
            return server.gitUrl(name);
        }
        if (repository == null || !isLocalRepository(repository)) {
            throw Problem.failed("the agent does not say where the repository of " + name
                    + " is: are tinyserv and tinyserv-remote of the same version?");
        }
        return repository;
    }

    private boolean isLocalRepository(String path) {
        return path.startsWith("/")
                && path.endsWith("/repositories/" + name)
                && path.chars().noneMatch(Character::isISOControl)
                && GitRemote.isAppName(name);
    }

    private static Map<String, String> texts(String json) {
        Map<String, String> texts = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw notUnderstood(json);
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    texts.put(field, parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw notUnderstood(json);
        }
        return texts;
    }

    private static Problem notUnderstood(String json) {
        return Problem.failed("the server's answer " + SafeText.quoted(json.strip())
                + " was not understood: are tinyserv and tinyserv-remote of the same version?");
    }
}
