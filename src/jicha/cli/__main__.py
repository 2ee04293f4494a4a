from jicha.cli import main

main()
