package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ReservedVars;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Parameters;

final class ConfigSet extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "config:set",
                    "Set variables and restart the app; KEY=- reads the value from the input",
                    "Set config vars, in one release for all of them. K=- reads the value of K from stdin.")
            .by(Who.APP_USER)
            .example("tinyserv config:set GREETING=hello LIMIT=10", "tinyserv config:set CERT=- < cert.pem");

    @Parameters(paramLabel = "K=V", arity = "1..*", description = "The variables with their values.")
    private List<String> pairs = new ArrayList<>();

    @Override
    Answer answer(Context context, AppName app) {
        if (pairs.stream()
                        .filter(pair -> pair.indexOf('=') == pair.length() - 2 && pair.endsWith("-"))
                        .count()
                > 1) {
            throw Refusal.usage("stdin holds one value: give K=- once, and set the others in another call");
        }
        Map<String, String> changes = new TreeMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw Refusal.usage(
                        "'" + Printable.shortened(pair, 60) + "' is no K=V; say for example GREETING=hello");
            }
            String value = pair.substring(equals + 1);
            String before = changes.put(pair.substring(0, equals), value.equals("-") ? readValue(context) : value);
            if (before != null) {
                throw Refusal.usage(
                        Printable.shortened(pair.substring(0, equals), 60) + " is given twice; give it once");
            }
        }
        ConfigVars.none().with(changes);
        ReservedVars.refuse(changes.keySet());
        return configuring(context, app, "Set", changes.keySet(), vars -> vars.with(changes));
    }

    /** Changes config vars of an app by a new release. */
    static Deed configuring(
            Context context, AppName app, String does, Collection<String> names, UnaryOperator<ConfigVars> change) {
        String all = String.join(", ", names);
        String doing = does.equals("Set") ? "Setting " : "Unsetting ";
        return new Deed(doing + all + " and restarting " + app, transcript -> {
            Release made = context.deployer()
                    .configure(app, context.account(), does + " " + all, change, transcript, context.cancellation())
                    .release();
            return NewRelease.of(made, BuiltInVars.hint(made, names));
        });
    }

    private static String readValue(Context context) {
        try {
            byte[] bytes = context.in().readNBytes(ConfigVars.LIMIT_BYTES + 1);
            if (bytes.length > ConfigVars.LIMIT_BYTES) {
                throw new Refusal("the value on stdin is larger than " + ConfigVars.LIMIT_BYTES + " bytes");
            }
            Optional<String> other = SourceText.otherEncoding(bytes);
            if (other.isPresent()) {
                throw new Refusal("the value on stdin is " + other.get()
                        + "; save it as UTF-8, or encode it, for example in base64");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refusal("the value on stdin is not valid UTF-8; encode it, for example in base64", e);
        } catch (IOException e) {
            throw new Refusal("the value on stdin could not be read", e);
        }
    }
}
