package dev.tinyserv.buildpacks.runtime;

/** A kind of runtime. */
public enum RuntimeKind {
    /** Node.js. */
    NODE("node", "node", "nodejs", "on Debian: apt-get install nodejs npm"),
    /** Python 3. */
    PYTHON("python", "python3", "python", "on Debian: apt-get install python3 python3-venv"),
    /** Ruby. */
    RUBY("ruby", "ruby", "ruby", "on Debian: apt-get install ruby ruby-dev bundler"),
    /** A Java Development Kit. */
    JAVA("java", "javac", "java", "on Debian: apt-get install default-jdk-headless"),
    /** Go. */
    GO("go", "go", "golang", "on Debian: apt-get install golang-go"),
    /** PHP. */
    PHP("php", "php", "php", "on Debian: apt-get install php-cli"),
    /** Deno. */
    DENO("deno", "deno", "deno", "with npm: npm install -g deno"),
    /** Bun. */
    BUN("bun", "bun", "bun", "with npm: npm install -g bun");

    private final String label;
    private final String program;
    private final String otherName;
    private final String remedy;

    RuntimeKind(String label, String program, String otherName, String remedy) {
        this.label = label;
        this.program = program;
        this.otherName = otherName;
        this.remedy = remedy;
    }

    /** What users call it: {@code node}. */
    public String label() {
        return label;
    }

    /** The program that shows that the runtime is installed: {@code python3}. */
    public String program() {
        return program;
    }

    /** Whether version managers and their files call it so. */
    public boolean isCalled(String name) {
        return name.equals(label) || name.equals(otherName);
    }

    /** How one gets it: {@code on Debian: apt-get install …}. */
    public String remedy() {
        return remedy;
    }

    /** A version as people count it: the 1.8 of Java is its 8. */
    public Version counted(Version version) {
        return this == JAVA && version.major() == 1 ? new Version(version.minor(), version.patch(), 0) : version;
    }

    /** The same program as a tool. */
    public Tool tool() {
        return this == GO ? new Tool(program, "version", false, remedy) : Tool.needed(program, remedy);
    }
}
