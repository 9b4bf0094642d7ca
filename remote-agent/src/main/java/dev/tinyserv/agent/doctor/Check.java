package dev.tinyserv.agent.doctor;

/** Looks at one thing. It changes nothing, and a thing that it cannot see is a finding, never an error. */
interface Check {
    /** Writes down what it sees. */
    void look(Patient patient, Findings findings);
}
