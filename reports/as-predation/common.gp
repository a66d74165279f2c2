# title: Policy sharing from networks that start apart, and from the same ones
# caption: Lines are means of the seeds, bands their range, the thin line is where ps' untrained networks are.
#          Averaging networks that start apart makes one that plays as no one of them did, and learning starts from
#          there.
rows = 'normalised_return'
row_names = 'normalised return'
panels = 'n6 n8 n12'
panel_names = '6 agents|8 agents|12 agents'
lines = 'as_ ps_ ps_common'
line_names = 'as|ps|ps from a common start'
line_colours = '#0072B2 #E69F00 #8A5A00'
key(line, panel) = line eq 'ps_common' ? 'ps_'.panel.'_common' : line.panel
has_untrained = 1
untrained(panel) = 'ps_'.panel.'_untrained'
load shared.'/default-overlay.gp'
