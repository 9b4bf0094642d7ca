package dev.tinyserv.agent.git;

import org.eclipse.jgit.lib.Repository;

/** Being inside a repository's gate with the repository open. */
record Visit(RepositoryGate.Pass pass, Repository repository) implements AutoCloseable {
    @Override
    public void close() {
        repository.close();
        pass.close();
    }
}
