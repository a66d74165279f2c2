# title: Policy sharing from networks that start apart, and from the same ones
# caption: Lines are means of the seeds, bands their range. Averaging networks that start apart gives one that does
#          next to nothing at first, so that most of the slow start is that of the first average.
rows = 'normalised_return'
row_names = 'normalised return'
panels = 'n6 n8 n12'
panel_names = '6 agents|8 agents|12 agents'
lines = 'as_ ps_ ps_common'
line_names = 'as|ps|ps from a common start'
line_colours = '#0072B2 #E69F00 #8A5A00'
key(line, panel) = line eq 'ps_common' ? 'ps_'.panel.'_common' : line.panel
load reports.'/default-overlay.gp'
