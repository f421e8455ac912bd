#include "services/switchboard/program.h"

int main(int argc, char** argv) { return switchboard::client::RunProgram(argc, argv); }
