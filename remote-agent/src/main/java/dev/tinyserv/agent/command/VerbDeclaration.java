package dev.tinyserv.agent.command;

import java.util.List;

/**
 * The declaration of a verb, once, on its class, for doors, helps, the developer's command and documents. Options and
 * parameters are fields of the class, see {@link Commands#optionsOf}.
 *
 * @param aliases its short names; most have none
 * @param aboutApp whether it is about one app, rather than about the server
 * @param changes whether it changes something
 * @param takesInput whether it reads its caller's input although no argument says so
 * @param texts its texts for people
 */
public record VerbDeclaration(
        String name,
        List<String> aliases,
        Rights rights,
        boolean aboutApp,
        boolean changes,
        AgentUse agent,
        boolean takesInput,
        Texts texts) {
    /**
     * Who may call a verb.
     *
     * @param deed what others may not do, as in "may not add keys"; empty unless the verb is for admins
     */
    public record Rights(Who who, String deed) {}

    /**
     * The texts of a verb for people.
     *
     * @param brief what it does, in a few words for a list
     * @param sentences what it does, one sentence a line
     * @param json what {@code --json} prints; empty if the verb does not take it
     */
    public record Texts(String brief, List<String> sentences, String json, List<String> examples) {
        public Texts {
            sentences = List.copyOf(sentences);
            examples = List.copyOf(examples);
        }

        private Texts withJson(String text) {
            return new Texts(brief, sentences, text, examples);
        }

        private Texts withExamples(String... commands) {
            return new Texts(brief, sentences, json, List.of(commands));
        }
    }

    public VerbDeclaration {
        aliases = List.copyOf(aliases);
    }

    private VerbDeclaration(String name, boolean aboutApp, boolean changes, Texts texts) {
        this(name, List.of(), new Rights(Who.NOBODY, ""), aboutApp, changes, AgentUse.ANSWERED_BY_IT, false, texts);
    }

    /** A verb that tells something about an app; nobody may call it yet. */
    static VerbDeclaration readsApp(String name, String brief, String... sentences) {
        return new VerbDeclaration(name, true, false, texts(brief, sentences));
    }

    /** A verb that changes an app; nobody may call it yet. */
    static VerbDeclaration changesApp(String name, String brief, String... sentences) {
        return new VerbDeclaration(name, true, true, texts(brief, sentences));
    }

    /** A verb that tells something about the server; nobody may call it yet. */
    static VerbDeclaration readsServer(String name, String brief, String... sentences) {
        return new VerbDeclaration(name, false, false, texts(brief, sentences));
    }

    /** A verb that changes the server; nobody may call it yet. */
    static VerbDeclaration changesServer(String name, String brief, String... sentences) {
        return new VerbDeclaration(name, false, true, texts(brief, sentences));
    }

    private static Texts texts(String brief, String... sentences) {
        return new Texts(brief, List.of(sentences), "", List.of());
    }

    /** The same with a short name. */
    VerbDeclaration shortName(String alias) {
        return new VerbDeclaration(name, List.of(alias), rights, aboutApp, changes, agent, takesInput, texts);
    }

    /** The same for these callers; for admins see {@link #forAdmins}. */
    VerbDeclaration by(Who who) {
        return with(new Rights(who, ""));
    }

    /** The same for admins; others read that they may not do the deed. */
    VerbDeclaration forAdmins(String deed) {
        return with(new Rights(Who.ADMIN, deed));
    }

    private VerbDeclaration with(Rights changed) {
        return new VerbDeclaration(name, aliases, changed, aboutApp, changes, agent, takesInput, texts);
    }

    /** The same with another use of the agent. */
    VerbDeclaration agent(AgentUse use) {
        return new VerbDeclaration(name, aliases, rights, aboutApp, changes, use, takesInput, texts);
    }

    /** The same with input that no argument asks for. */
    VerbDeclaration withInput() {
        return new VerbDeclaration(name, aliases, rights, aboutApp, changes, agent, true, texts);
    }

    /** The same with {@code --json}, and what it prints. */
    VerbDeclaration json(String prints) {
        return with(texts.withJson(prints));
    }

    /** The same with examples. */
    VerbDeclaration example(String... commands) {
        return with(texts.withExamples(commands));
    }

    private VerbDeclaration with(Texts changed) {
        return new VerbDeclaration(name, aliases, rights, aboutApp, changes, agent, takesInput, changed);
    }

    /** Whether helps and documents leave it out. */
    public boolean isHidden() {
        return rights.who() == Who.SERVER_ITSELF || rights.who() == Who.NOBODY;
    }

    /** Whether it takes {@code --json}. */
    public boolean hasJson() {
        return !texts.json().isEmpty();
    }
}
