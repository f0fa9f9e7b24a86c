"""What people put into passwords before they think. Gathered by hand; a password needs more than these."""

WORDS = """
abcd access account admin administrator amor april argument august autumn baby baseball basketball batman
bonjour change changeme charlie chocolate computer contraseña daniel debate december default demo donald dragon
essay facebook february flower football forever freedom friday friend fuckyou geheim google guest hallo hello
hottie iloveyou internet january jennifer jesus jordan july june killer letmein liverpool login love loveyou
march master michael michelle minecraft monday monkey motdepasse mustang myspace ninja nothing november october
opensesame pass passphrase passport passw passwd password passwort pepper please pokemon porn princess qazwsx
querty qwerty rebuttal rejoinder root samsung saturday schatz secret senha september server shadow soccer spring
starwars summer sunday sunshine superman superuser tequiero test thursday trustno tuesday unknown user wednesday
welcome whatever wilkommen willkommen winter zaq
"""

# Sentences that are long enough but printed everywhere.
PHRASES = (
    "correct horse battery staple",
    "to be or not to be that is the question",
    "the quick brown fox jumps over the lazy dog",
    "may the force be with you",
    "i am your father",
    "all your base are belong to us",
    "once upon a time",
    "in the beginning was the word",
    "our father who art in heaven",
    "let there be light",
    "live long and prosper",
    "winter is coming",
    "this is my password",
    "this is a password",
    "my name is",
    "i love you",
    "i think therefore i am",
    "never gonna give you up",
    "open sesame",
    "thisisaverylongpassword",
    "a long enough password",
    "fifteen characters",
    "you shall not pass",
    "transactional diplomacy",
    "institutional deterrence",
)
